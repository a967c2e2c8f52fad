/** Fault matrix: what the server refuses, and what is never followed. */

import type { Case } from './bench.js';
import { equal, failure, ok } from './check.js';
import { answer, encode, head, problem, REQUEST_ID, raw, reply } from './steps.js';

const STATUSES = [400, 401, 402, 403, 404, 405, 409, 413, 415, 418, 422, 429, 500, 501, 502, 503, 504];
const PAGE = `<html >${'ü'.repeat(600)}</html>`;
const JSONLESS: Record<string, string> = { html: PAGE, nothing: '', 'broken json': '{"code": ', 'a list': '[]' };

const statuses: Case[] = STATUSES.map((status) => ({
  name: `${status} without a problem is an APIError with status, request id and the first bytes`,
  run: async (bench) => {
    for (const [kind, body] of Object.entries(JSONLESS)) {
      await bench.play(reply(status, body, { 'Content-Type': 'text/html' }));
      const error = await failure(bench.client({ maxRetries: 0 }).get(), 'APIError');
      equal([error.status, error.requestId, error.code], [status, REQUEST_ID, ''], kind);
      // What is left of a letter that the cut goes through is a sign of replacement.
      const whole = error.body?.replace(/\ufffd$/, '') ?? '-';
      ok(body.startsWith(whole), `body: ${error.body}`);
      ok(whole === body || encode(whole).length === 511, `${encode(whole).length} bytes`);
    }
  },
}));

const redirects: Case[] = [301, 302, 303, 307, 308].map((status) => ({
  name: `a redirect of ${status} is not followed`,
  run: async (bench) => {
    const elsewhere = bench.another();
    await elsewhere.play(reply());
    await bench.play(reply(status, '', { Location: `${elsewhere.url}/api/v1/runs/run_1` }));
    for (const call of ['get', 'query'] as const) await failure(bench.client()[call](), 'Redirected');
    equal([(await elsewhere.seen()).length, (await bench.seen()).length], [0, 2], 'requests elsewhere and here');
  },
}));

const bodies: Case[] = [
  {
    name: 'a problem tells code, detail and facts',
    run: async (bench) => {
      const facts = { retryable: false, limit: '5.000000', errors: [{ pointer: '/input', code: 'too_long' }] };
      await bench.play(problem(402, 'cost_limit_exceeded', facts));
      const error = await failure(bench.client().query(), 'CostLimitExceeded');
      equal([error.code, error.status, error.requestId], ['cost_limit_exceeded', 402, REQUEST_ID], 'facts');
      equal([error.problem?.limit, error.problem?.retryable], ['5.000000', false], 'problem');
      ok(error.message.includes('It is cost_limit_exceeded.'), error.message);
    },
  },
  {
    name: 'an error body of many megabytes is cut to its first bytes',
    run: async (bench) => {
      const size = 16 * 1024 * 1024;
      const start = head(500, { 'Content-Type': 'text/plain', 'Content-Length': String(size) });
      await bench.play({ ...raw('x'.repeat(1024)), repeat: size / 1024, before: raw(start).data ?? '' });
      const error = await failure(bench.client({ maxRetries: 0 }).get(), 'APIError');
      equal(error.body, 'x'.repeat(512), 'body');
      ok(error.message.length < 200, error.message);
    },
  },
  {
    name: 'an early refusal of a large body is read',
    run: async (bench) => {
      const told = { code: 'payload_too_large', detail: 'Too much.', max_bytes: 10 };
      await bench.play(raw(answer(413, told, { 'Content-Type': 'application/problem+json' }), { early: true }));
      const { sdk } = bench.client();
      const error = await failure(sdk.workflows.query('wf_1', { input: 'x'.repeat(3_000_000) }), 'PayloadTooLarge');
      equal(error.status, 413, 'status');
    },
  },
];

export const refusals: Case[] = [...statuses, ...redirects, ...bodies];
