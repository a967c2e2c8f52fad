/** The same package by `require`: its types are those of the CommonJS files. */

import sdk = require('@nodai/sdk');
import browser = require('@nodai/sdk/browser');
import webhooks = require('@nodai/sdk/webhooks');

export async function required(): Promise<string> {
  const client: sdk.NodAI = new sdk.NodAI({ apiKey: 'nk_1' });
  const run: sdk.Run = await client.workflows.query('wf_1', { input: 'Hi' });
  const page = new browser.NodAIBrowser({ publishableKey: 'nk_pub_1' });
  const event: webhooks.WebhookEvent = await webhooks.unwrap('{}', {}, 'whsec_a');
  return `${run.id} ${page.workflows} ${event.id}`;
}
