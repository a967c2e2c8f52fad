/** What a server's program may write, and what its compiler must refuse. Compiled against the packed package, never run. */

import {
  APIError,
  type ApiKey,
  isNodAIError,
  isProblem,
  type NodAI,
  NodAICore,
  type Pages,
  type RequestOptions,
  type Run,
  type Stream,
  type StreamEvent,
} from '@nodai/sdk';
import { workflowsQuery } from '@nodai/sdk/funcs/workflows-query';
import { decodeSSE, type Frame, SSEDecoder } from '@nodai/sdk/sse';
import { type MockServer, startMockServer, stubFetch } from '@nodai/sdk/testing';
import { sign, unwrap, type WebhookEvent } from '@nodai/sdk/webhooks';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function holds<_ extends true>(): void {}

export async function calls(client: NodAI, signal: AbortSignal): Promise<void> {
  const run = await client.workflows.query('wf_1', { input: 'Hi' }, { signal, timeout: 5, maxRetries: undefined });
  holds<Same<typeof run.id, string>>();
  holds<Same<typeof run.cost_usd, Run['cost_usd']>>();
  const plain: Run = run;
  const remaining: number | undefined = run.meta.rateLimit.remaining;
  const once: Promise<Run> = client.queryWorkflow('wf_1', { any: 'object' }, { apiKey: 'nk_2' });
  const keys: Pages<ApiKey> = client.apiKeys.list({ limit: 2 });
  for await (const key of keys) holds<Same<typeof key.last_four, string>>();
  const first = await client.apiKeys.list().firstPage();
  holds<Same<typeof first.has_more, boolean>>();
  const gone = await client.workflows.delete('wf_1');
  console.log(plain, remaining, once, gone);

  // An open enum takes what is known and what a newer server says; what is sent is checked.
  if (run.status === 'completed' || run.status === 'a status of next year') console.log(run.output);
  // @ts-expect-error an input is missing
  await client.workflows.query('wf_1', {});
  // @ts-expect-error a field that the contract does not have
  await client.workflows.query('wf_1', { input: 'Hi', temperature: 1 });
  // @ts-expect-error an id is text
  await client.runs.get(7);
  // @ts-expect-error there is no such resource
  client.robots;
  // @ts-expect-error how it sends is its own affair
  client.call;
  // @ts-expect-error times are numbers
  const wrong: RequestOptions = { timeout: '5 s' };
  console.log(wrong);
}

export async function streams(client: NodAI): Promise<string> {
  const stream: Stream<StreamEvent> = client.workflows.stream('wf_1', { input: 'Hi' });
  let text = '';
  for await (const event of stream) {
    if (event.type === 'output.delta') text += event.delta;
    else if (event.type === 'run.completed') holds<Same<typeof event.run, Run>>();
    // @ts-expect-error only a delta has one
    if (event.type === 'run.started') text += event.delta.length;
  }
  const run: Run = await stream.finalRun();
  return text + run.id;
}

export function errors(error: unknown): string {
  if (!isNodAIError(error)) throw error;
  holds<Same<typeof error.status, number | undefined>>();
  const at: Date | undefined = error.retryAt;
  if (isProblem(error, 'cost_limit_exceeded')) {
    holds<Same<typeof error.code, 'cost_limit_exceeded'>>();
    return String(error.problem.resets_at);
  }
  // @ts-expect-error the error table has no such code
  if (isProblem(error, 'no_such_code')) return '';
  return error instanceof APIError ? String(error.problem.detail) : `${error.name} ${at}`;
}

export async function parts(request: Request): Promise<unknown> {
  const event: WebhookEvent = await unwrap(await request.text(), request.headers, ['whsec_a', 'whsec_b']);
  if (event.type === 'key.revoked') console.log(event.data);
  const signature: string = await sign('{}', 'whsec_a', 'evt_1', 1);
  const frames: Frame[] = new SSEDecoder().feed('data: x\n\n');
  if (request.body) for await (const { id, data } of decodeSSE(request.body)) console.log(id, data);
  const fetch = stubFetch({ json: { id: 'run_1' } });
  const run: Run = await workflowsQuery(new NodAICore({ fetch, apiKey: undefined }), 'wf_1', { input: 'Hi' });
  const server: Promise<MockServer> = startMockServer();
  return [signature, frames, run, server, fetch.requests[0]?.headers];
}
