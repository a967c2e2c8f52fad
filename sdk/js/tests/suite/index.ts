/** Every case, for one kind of runtime: the same ones everywhere, but for what `applies.ts` names. */

import { answers } from './answers.js';
import { applies } from './applies.js';
import type { Case, Data } from './bench.js';
import { behindTheScenes, endToEnd } from './endtoend.js';
import { life } from './life.js';
import { functions, signing, sse } from './parts.js';
import { refusals } from './refusals.js';
import { retries } from './retries.js';
import { safety } from './safety.js';
import { streams } from './streams.js';
import { exchanges, webhooks } from './vectors.js';

/** All cases, whether they apply to a runtime or not. */
export function everyCase(data: Data, page = false): Case[] {
  return [
    ...answers,
    ...refusals,
    ...retries,
    ...safety,
    ...streams,
    ...life,
    ...sse,
    ...signing,
    ...functions,
    ...exchanges(data, page),
    ...webhooks(data),
    ...endToEnd,
    ...behindTheScenes,
  ];
}

export function casesFor(kind: string, data: Data): Case[] {
  return everyCase(data, kind === 'chromium').filter(({ name }) => applies(kind, name));
}
