/** One contender's calls against raw fetch: `node --expose-gc calls.mjs NAME BASE OPTIONS` prints rounds as JSON. */

import { readFileSync } from 'node:fs';
import { CLIENTS } from './clients.mjs';
import { inTurns } from './turns.mjs';

const ANSWER = readFileSync(new URL('answer.json', import.meta.url), 'utf8');
const HEADERS = {
  'content-type': 'application/json',
  'x-request-id': 'req_01kaj3v8m2f6q9t4x7b0c5d1eh',
  'ratelimit-policy': '"key";q=1000;w=3600',
  ratelimit: '"key";r=999;t=60',
};
const stubbed = async () => new Response(ANSWER, { headers: HEADERS });

const [, , name, base, given] = process.argv;
const options = JSON.parse(given);
/** Calls over a connection are fewer in the same time, and more code has to be compiled until they are fast. */
const LONGER = { stubbed: options, loopback: { ...options, warm: 3 * options.warm, batch: 2 * options.batch } };
const found = {};
for (const [way, fetch] of Object.entries({ stubbed, loopback: undefined })) {
  const byHand = await CLIENTS.raw(base, fetch);
  const theirs = await CLIENTS[name](base, fetch);
  for (const row of ['get', 'post']) {
    if (!(await theirs[row]())) throw new Error(`${name} answered nothing`);
    found[`${way} ${row}`] = await inTurns(byHand[row], theirs[row], LONGER[way]);
  }
}
console.log(JSON.stringify(found));
process.exit(); // without waiting for connections that are kept open
