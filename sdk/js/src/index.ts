/** The SDK for servers. */

import { OPERATIONS } from './_generated/operations.js';
import type { Resources } from './_generated/resources.js';
import type { Run, WorkflowsQueryParams } from './_generated/types.js';
import { NodAICore, type NodAIOptions } from './client.js';
import { attach } from './core/resources.js';
import type { RequestOptions, WithMeta } from './core/types.js';

export type * from './_generated/errors.js';
export { isProblem } from './_generated/errors.js';
export type * from './_generated/resources.js';
export type * from './_generated/types.js';
export { NodAICore, type NodAIOptions } from './client.js';
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
} from './core/errors.js';
export { Meta, type RateLimit, type RateLimitPolicy } from './core/meta.js';
export { Pages } from './core/pages.js';
export { Stream } from './core/stream.js';
export type * from './core/types.js';

/** The client with every resource. */
export interface NodAI extends Resources {}
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the constructor attaches every resource
export class NodAI extends NodAICore {
  constructor(options: NodAIOptions = {}) {
    super(options);
    attach(this, OPERATIONS);
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
