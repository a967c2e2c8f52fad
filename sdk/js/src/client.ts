/** The client for servers: it holds a secret key. */

import { ConfigurationError } from './core/errors.js';
import { Core, inBrowser } from './core/http.js';
import { checkKey, environment } from './core/request.js';
import type { ClientOptions } from './core/types.js';

/** The package's; a test holds them together. */
export const VERSION: string = '0.1.0';

export interface NodAIOptions extends ClientOptions {
  /** A secret key; else `NODAI_API_KEY`. */
  apiKey?: string | undefined;
}

/** A client without resources: what the functions of `@nodai/sdk/funcs/*` need, and no more. */
export class NodAICore extends Core {
  constructor(options: NodAIOptions = {}) {
    const key = options.apiKey ?? environment('NODAI_API_KEY');
    if (inBrowser()) {
      throw new ConfigurationError(
        'NodAI holds a secret key, and everybody who visits a page could read it. In a browser use NodAIBrowser of ' +
          '"@nodai/sdk/browser" with a publishable key, or with client sessions that your server makes by ' +
          'client.clientSessions.create().',
      );
    }
    if (key !== undefined) checkKey(key);
    super({ ...options, headers: { 'user-agent': `nodai-js/${VERSION}`, ...options.headers } }, () => key);
  }
}
