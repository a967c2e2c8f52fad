/** The SDK against the reference server. */

import { NodAIBrowser } from '../../src/browser.js';
import { NodAI, policiesOf } from '../../src/index.js';
import { mockControls } from '../../src/testing.js';
import type { Case, World } from './bench.js';
import { type Any, equal, failure, ok } from './check.js';

const QUESTION = { input: 'How do I reset my password?' };

function server({ secretKey, mock }: World, more: object = {}): NodAI {
  return new NodAI({ apiKey: secretKey, baseUrl: mock, ...more });
}

/** Outside of a page nothing sets the origin that a publishable key is bound to. */
function page({ publishableKey, mock, origin, page }: World, more: object = {}): NodAIBrowser {
  return new NodAIBrowser({ publishableKey, baseUrl: mock, ...(page ? {} : { headers: { origin } }), ...more });
}

const either = (world: World, more: object = {}): Any => (world.page ? page(world, more) : server(world, more));

/** A fault of this runtime's key alone: other runtimes use the same server. */
async function faulty({ secretKey, keyId, mock, control, page }: World, fault: object): Promise<void> {
  if (page) await fetch(`${control}/fault`, { method: 'POST', body: JSON.stringify({ key_id: keyId, ...fault }) });
  else await mockControls(new NodAI({ apiKey: secretKey, baseUrl: mock })).faults.create({ key_id: keyId, ...fault });
}

export const endToEnd: Case[] = [
  {
    name: 'a query answers with its cost and limits',
    run: async ({ world }) => {
      const run = await either(world).workflows.query('wf_support', QUESTION);
      equal([run.status, run.meta.costUsd], ['completed', run.cost_usd], 'run');
      ok(/^req_/.test(run.meta.requestId), `request id ${run.meta.requestId}`);
      ok(run.meta.rateLimit.remaining > 0 && policiesOf(run.meta).length > 0, 'limits');
    },
  },
  {
    name: 'a page streams an answer and rates it',
    run: async ({ world }) => {
      const client = page(world);
      const stream = client.workflows.stream('wf_support', QUESTION);
      let text = '';
      for await (const event of stream) if (event.type === 'output.delta') text += event.delta;
      const run = await stream.finalRun();
      equal(text, run.output, 'text');
      equal((await client.runs.feedback(run.id, { rating: 'up' })).rating, 'up', 'rating');
    },
  },
  {
    name: 'the same idempotency key answers the same run, and says so',
    run: async ({ world }) => {
      const options = { idempotencyKey: `${world.kind}-${Date.now()}-${Math.random()}` };
      const one = await either(world).workflows.query('wf_support', QUESTION, options);
      const two = await either(world).workflows.query('wf_support', QUESTION, options);
      equal([two.id, two.meta.idempotentReplayed], [one.id, true], 'replay');
      await failure(either(world).workflows.query('wf_support', { input: 'x' }, options), 'IdempotencyKeyReused');
    },
  },
  {
    name: 'a failure that passes is repeated, and a dropped connection too',
    run: async ({ world }) => {
      for (const fault of [
        { code: 'unavailable', first: 1 },
        { drop: true, first: 1 },
      ]) {
        await faulty(world, { operation: 'workflows.query', ...fault });
        const client = either(world, { sleep: async () => undefined });
        const { attempts } = (await client.workflows.query('wf_support', QUESTION)).meta;
        // Deno and Chromium repeat by themselves what a connection that was used before has lost.
        ok(attempts === 2 || ('drop' in fault && attempts === 1), `attempts: ${attempts}`);
      }
    },
  },
  {
    name: 'a stream that is cut off goes on where it was',
    run: async ({ world }) => {
      const read = async (): Promise<string> => {
        const stream = either(world, { sleep: async () => undefined }).workflows.stream('wf_support', QUESTION);
        let text = '';
        for await (const event of stream) text += (event as Any).delta ?? '';
        equal(text, (await stream.finalRun()).output, 'text');
        return text;
      };
      const unbroken = await read();
      await faulty(world, { operation: 'workflows.stream', truncate: true, first: 1 });
      equal(await read(), unbroken, 'text');
    },
  },
  {
    name: 'an unknown workflow and a wrong key are refused by their codes',
    run: async ({ world }) => {
      const error = await failure(either(world).workflows.query('wf_none', QUESTION));
      equal([error.name, error.status], ['NotFound', 404], 'error');
      const key = world.page ? world.publishableKey : world.secretKey;
      const wrong = either(world, { apiKey: `${key}0`, publishableKey: `${key}0` });
      const refused = await failure(wrong.workflows.query('wf_support', QUESTION), 'MalformedApiKey');
      equal([refused.code, refused.status], ['malformed_api_key', 401], 'error');
    },
  },
];

/** What a publishable key may not do. */
export const behindTheScenes: Case[] = [
  {
    name: 'a list gives what was created',
    run: async ({ world }) => {
      const client = server(world);
      const { id } = await client.workflows.create({
        name: `Of ${world.kind}`,
        engine: { type: 'echo', cost_usd: '0.000100' },
      } as Any);
      const ids: string[] = [];
      for await (const workflow of client.workflows.list({ limit: 1 })) {
        ids.push(workflow.id);
        if (workflow.id === id) break;
      }
      ok(ids.includes(id), `${id} is not in the list`);
      equal(await client.workflows.delete(id), undefined, 'answer of delete');
      await failure(client.workflows.get(id), 'NotFound');
    },
  },
  {
    name: 'the one-call form takes another key',
    run: async ({ world }) => {
      const client = server(world, { apiKey: `${world.secretKey}0` });
      const run = await client.queryWorkflow('wf_support', QUESTION.input, { apiKey: world.secretKey });
      equal(run.status, 'completed', 'status');
    },
  },
  {
    name: 'a client session works in a page of its origin',
    run: async ({ world }) => {
      const origin = world.origin;
      const session: Any = await server(world).clientSessions.create({ workflow_id: 'wf_support', origin } as Any);
      const client = page(world, { publishableKey: undefined, getToken: () => session.secret });
      equal((await client.workflows.query('wf_support', QUESTION)).status, 'completed', 'status');
    },
  },
];
