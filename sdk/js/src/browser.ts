/** The client for web pages: publishable keys and client sessions, and only what they may call. */

import type { BrowserResources } from './_generated/browser.ts';
import { BROWSER_OPERATIONS } from './_generated/operations.ts';
import { ConfigurationError } from './core/errors.ts';
import { attach } from './core/resources.ts';
import { setUp, visible } from './core/setup.ts';
import { stream } from './core/stream.ts';
import type { Caller, ClientOptions } from './core/types.ts';

export type * from './_generated/browser.ts';
export type * from './_generated/errors.ts';
export type {
  Feedback,
  Run,
  RunsFeedbackParams,
  Source,
  StreamEvent,
  WorkflowsQueryParams,
} from './_generated/types.ts';
export {
  APIError,
  ConfigurationError,
  ConnectionFailed,
  isNodAIError,
  NodAIError,
  RequestInvalid,
  ResponseInvalid,
  TimedOut,
} from './core/errors.ts';
export type { Meta, RateLimit } from './core/meta.ts';
export { policiesOf, type RateLimitPolicy } from './core/policies.ts';
export type { Stream } from './core/stream.ts';
export type * from './core/types.ts';

export interface NodAIBrowserOptions extends ClientOptions {
  /** `nk_pub_…`, bound to the origins of your pages. */
  publishableKey?: string | undefined;
  /** Answers the secret of a client session (`nk_ses_…`) that your server has made; called before every try. */
  getToken?: (() => string | Promise<string>) | undefined;
}

/** A client without resources: with the functions of `@nodai/sdk/funcs/*` a page holds only what it calls. */
export interface NodAIBrowserCore extends Caller {}
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the constructor sets it up
export class NodAIBrowserCore {
  constructor(options: NodAIBrowserOptions) {
    const { publishableKey, getToken } = options;
    if (!publishableKey === !getToken) throw new ConfigurationError('Give either publishableKey or getToken.');
    if (publishableKey) publicKey(publishableKey);
    const credential = async (signal: AbortSignal): Promise<string> =>
      publicKey(getToken ? await unlessAborted(getToken(), signal) : (publishableKey as string));
    // `randomUUID` is there in secure contexts only.
    setUp(this, options, credential, () => crypto.getRandomValues(new Uint32Array(4)).join('-'));
  }
}

/** The client with every resource that a page may use. */
export interface NodAIBrowser extends BrowserResources {}
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the constructor attaches every resource
export class NodAIBrowser extends NodAIBrowserCore {
  constructor(options: NodAIBrowserOptions) {
    super(options);
    attach(this, BROWSER_OPERATIONS, { stream });
  }
}

function unlessAborted<T>(value: T | Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
    Promise.resolve(value).then(resolve, reject);
  });
}

function publicKey(key: string): string {
  if (/^nk_(pub|ses)_/.test(key)) return visible(key);
  throw new ConfigurationError(
    'A page needs a publishable key (nk_pub_…) or client session (nk_ses_…): a secret key stays on your server.',
  );
}
