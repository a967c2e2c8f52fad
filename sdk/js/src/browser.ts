/** The client for web pages: publishable keys and client sessions, and only what they may call. */

import { type BrowserResources, browserResources } from './_generated/browser.js';
import { ConfigurationError } from './core/errors.js';
import { Core } from './core/http.js';
import { checkKey } from './core/request.js';
import type { ClientOptions } from './core/types.js';

export type * from './_generated/browser.js';
export type * from './_generated/errors.js';
export type {
  Feedback,
  Run,
  RunsFeedbackParams,
  Source,
  StreamEvent,
  WorkflowsQueryParams,
} from './_generated/types.js';
export {
  APIError,
  ConfigurationError,
  ConnectionFailed,
  isNodAIError,
  NodAIError,
  RequestInvalid,
  ResponseInvalid,
  TimedOut,
} from './core/errors.js';
export type { Meta, RateLimit, RateLimitPolicy } from './core/meta.js';
export type { Stream } from './core/stream.js';
export type * from './core/types.js';

export interface NodAIBrowserOptions extends ClientOptions {
  /** `nk_pub_…`, bound to the origins of your pages. */
  publishableKey?: string | undefined;
  /** Answers the secret of a client session (`nk_ses_…`) that your server has made; called before every try. */
  getToken?: (() => string | Promise<string>) | undefined;
}

export interface NodAIBrowser extends BrowserResources {}
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the constructor assigns every resource
export class NodAIBrowser {
  constructor(options: NodAIBrowserOptions) {
    const { publishableKey, getToken } = options;
    if (!publishableKey === !getToken) throw new ConfigurationError('Give either publishableKey or getToken.');
    if (publishableKey) publicKey(publishableKey);
    const key = async (): Promise<string> => publicKey(getToken ? await getToken() : (publishableKey as string));
    Object.assign(this, browserResources(new Core(options, key)));
  }
}

function publicKey(key: string): string {
  if (/^nk_(pub|ses)_/.test(key)) return checkKey(key);
  throw new ConfigurationError(
    'That is no publishable key (nk_pub_…) and no client session (nk_ses_…). A secret key must never be in a page: ' +
      'keep it on your server, and let the page use a publishable key or sessions made by clientSessions.create().',
  );
}
