/** What a page's program may write, and what its compiler must refuse. Compiled against the packed package, never run. */

import { isNodAIError, NodAIBrowser, type Run } from '@nodai/sdk/browser';

export async function page(): Promise<string> {
  const client = new NodAIBrowser({ getToken: async () => 'nk_ses_1' });
  const stream = client.workflows.stream('wf_1', { input: 'Hi' });
  for await (const event of stream) if (event.type === 'output.delta') document.body.append(event.delta);
  const run: Run = await stream.finalRun();
  const { rating } = await client.runs.feedback(run.id, { rating: 'up' });
  // @ts-expect-error a rating is up or down
  await client.runs.feedback(run.id, { rating: 'sideways' });
  // @ts-expect-error a page manages no keys
  client.apiKeys;
  // @ts-expect-error a page lists no workflows
  client.workflows.list;
  // @ts-expect-error a secret key has no place in a page
  new NodAIBrowser({ apiKey: 'nk_1' });
  return isNodAIError(run) ? '' : rating;
}
