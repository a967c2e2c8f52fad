/** The SDK for servers. */

import { OPERATIONS } from './_generated/operations.ts';
import type { Resources } from './_generated/resources.ts';
import type { Run, WorkflowsQueryParams } from './_generated/types.ts';
import { NodAICore, type NodAIOptions } from './client.ts';
import { bytes } from './core/bytes.ts';
import { page } from './core/pages.ts';
import { attach } from './core/resources.ts';
import { stream } from './core/stream.ts';
import type { RequestOptions, WithMeta } from './core/types.ts';

export type * from './_generated/errors.ts';
export { isProblem } from './_generated/errors.ts';
export type * from './_generated/resources.ts';
export type * from './_generated/types.ts';
export { NodAICore, type NodAIOptions } from './client.ts';
export {
  APIError,
  ConfigurationError,
  ConnectionFailed,
  isNodAIError,
  NodAIError,
  RequestInvalid,
  ResponseInvalid,
  ResponseInvalid as InvalidResponseError,
  TimedOut,
} from './core/errors.ts';
export { Meta, type RateLimit } from './core/meta.ts';
export { Pages } from './core/pages.ts';
export { policiesOf, type RateLimitPolicy } from './core/policies.ts';
export { Stream } from './core/stream.ts';
export type * from './core/types.ts';

/** The client with every resource. */
export interface NodAI extends Resources {}
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the constructor attaches every resource
export class NodAI extends NodAICore {
  constructor(options: NodAIOptions = {}) {
    super(options);
    attach(this, OPERATIONS, { bytes, page, stream });
  }

  /** The one-call form: asks a workflow, and waits for its answer. */
  queryWorkflow(
    workflowId: string,
    input: WorkflowsQueryParams['input'],
    options?: RequestOptions,
  ): Promise<WithMeta<Run>> {
    return this.workflows.query(workflowId, { input }, options);
  }
}
