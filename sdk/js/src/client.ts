/** The client for servers: it holds a secret key. */

import { ConfigurationError } from './core/errors.ts';
import { environment, scope, setUp, visible } from './core/setup.ts';
import type { Caller, ClientOptions } from './core/types.ts';

/** The package's; a test holds them together. */
export const VERSION: string = '0.1.0';

export interface NodAIOptions extends ClientOptions {
  /** A secret key; else `NODAI_API_KEY`. */
  apiKey?: string | undefined;
}

/** A client without resources: what the functions of `@nodai/sdk/funcs/*` need, and no more. */
export interface NodAICore extends Caller {}
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the constructor sets it up
export class NodAICore {
  constructor(options: NodAIOptions = {}) {
    const key = options.apiKey ?? environment('NODAI_API_KEY');
    if ((scope.document || scope.importScripts) && !scope.process?.versions?.node) {
      throw new ConfigurationError('Pages need "@nodai/sdk/browser": a publishable key or client sessions.');
    }
    if (key !== undefined) visible(key);
    setUp(this, { ...options, headers: { 'user-agent': `nodai-js/${VERSION}`, ...options.headers } }, () => key);
  }
}
