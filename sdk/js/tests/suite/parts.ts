/** The smaller entries: server-sent events, webhooks, the stub of `./testing`, one function an operation. */

import { healthLive } from '../../src/_generated/funcs/health-live.js';
import { workflowsQuery } from '../../src/_generated/funcs/workflows-query.js';
import { NodAI, NodAICore } from '../../src/index.js';
import { decodeSSE, SSEDecoder } from '../../src/sse.js';
import { stubFetch } from '../../src/testing.js';
import { sign, unwrap } from '../../src/webhooks.js';
import { type Case, SECRET } from './bench.js';
import { equal, ok, reason } from './check.js';
import { encode, RUN } from './steps.js';

const TEXT =
  'id: 1\nevent: a\ndata: x\r\ndata: ü\r\n\r\n: beat\nretry: 50\nlonely\ndata\n\ndata: {"a": 1}\n\ndata: half';
const FRAMES = [
  { id: '1', event: 'a', data: 'x\nü' },
  { id: '1', event: 'message', data: '' },
  { id: '1', event: 'message', data: '{"a": 1}' },
];

export const sse: Case[] = [
  {
    name: 'the decoder gives the same events however the bytes or the text are cut',
    run: async () => {
      const bytes = encode(`\ufeff${TEXT}`);
      for (let size = 1; size <= bytes.length; size++) {
        const [ofBytes, ofText] = [new SSEDecoder(), new SSEDecoder()];
        const [frames, again] = [[] as unknown[], [] as unknown[]];
        for (let at = 0; at < bytes.length; at += size) {
          frames.push(...ofBytes.feed(bytes.subarray(at, at + size)));
          again.push(...ofText.feed(TEXT.slice(at, at + size)));
        }
        equal(frames, FRAMES, `frames of ${size} bytes`);
        equal(again, FRAMES, `frames of ${size} letters`);
      }
    },
  },
  {
    name: 'leaving the events of a body cancels it',
    run: async () => {
      let cancelled = false;
      const source = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(encode(TEXT)),
        cancel: () => {
          cancelled = true;
        },
      });
      for await (const frame of decodeSSE(source)) {
        equal(frame, FRAMES[0], 'frame');
        break;
      }
      ok(cancelled, 'the body goes on');
    },
  },
];

const SIGNING = `whsec_${btoa('a secret of 24 letters..')}`;
export const signing: Case[] = [
  {
    name: 'what sign() signs is what unwrap() accepts, with any of several secrets and kinds of headers',
    run: async () => {
      const body = JSON.stringify({ id: 'evt_1', type: 'webhook.test', created_at: RUN.created_at, data: {} });
      const now = Math.floor(Date.now() / 1000);
      const names = {
        'webhook-id': 'evt_1',
        'webhook-timestamp': String(now),
        'webhook-signature': await sign(body, SIGNING, 'evt_1', now),
      };
      for (const headers of [names, new Headers(names), Object.entries(names)]) {
        equal(
          (await unwrap(body, headers as never, [`whsec_${btoa('another secret here')}`, SIGNING])).id,
          'evt_1',
          'id',
        );
        equal((await unwrap(encode(body), headers as never, SIGNING)).type, 'webhook.test', 'type');
      }
      const error = (await reason(unwrap(`${body} `, names, SIGNING))) as Error;
      equal(error.name, 'WebhookInvalid', 'name');
    },
  },
];

/** Not in a page, which has no secret key. */
export const functions: Case[] = [
  {
    name: 'a function of one operation does what the method does, and the stub keeps what it was asked',
    run: async () => {
      const fetch = stubFetch({ json: RUN }, { json: RUN }, { json: { status: 'ok' } });
      const set = { apiKey: SECRET, baseUrl: 'http://nodai.test', fetch };
      await new NodAI(set).workflows.query('wf_1', { input: 'hi' }, { idempotencyKey: 'same' });
      const run = await workflowsQuery(new NodAICore(set), 'wf_1', { input: 'hi' }, { idempotencyKey: 'same' });
      equal([run.output, run.meta.costUsd], ['hello', '0.002000'], 'run');
      const [one, two] = fetch.requests;
      equal([...(two?.headers ?? [])], [...(one?.headers ?? [])], 'headers');
      equal([two?.method, two?.url, two?.body], [one?.method, one?.url, one?.body], 'request');
      equal((await healthLive(new NodAICore(set))).status, 'ok', 'status');
      ok(String(await reason(new NodAI(set).health.live({ maxRetries: 0 }))).includes('NodAIError') === false, 'brand');
    },
  },
];
