/** The contenders' clients: each makes the one GET and the one POST that its own users make most. */

const SECRET = 'nk_test_benchmark';
const MESSAGES = [{ role: 'user', content: 'How do I reset my password?' }];
const INPUT = { input: 'How do I reset my password?' };

/** Name → (base address, fetch or nothing for the default) → its two calls. A package is imported only when asked for. */
export const CLIENTS = {
  async raw(base, fetch = globalThis.fetch) {
    const headers = { 'x-api-key': SECRET };
    const withBody = { ...headers, 'content-type': 'application/json' };
    return {
      get: async () => (await fetch(`${base}/api/v1/runs/run_1`, { headers })).json(),
      post: async () => {
        const init = { method: 'POST', headers: withBody, body: JSON.stringify(INPUT) };
        return (await fetch(`${base}/api/v1/workflows/wf_support/query`, init)).json();
      },
    };
  },

  async nodai(baseUrl, fetch) {
    const { NodAI } = await import('@nodai/sdk');
    const client = new NodAI({ apiKey: SECRET, baseUrl, fetch });
    return { get: () => client.runs.get('run_1'), post: () => client.workflows.query('wf_support', INPUT) };
  },

  async openai(base, fetch) {
    const { default: OpenAI } = await import('openai');
    const client = new OpenAI({ apiKey: SECRET, baseURL: `${base}/v1`, fetch });
    return {
      get: () => client.models.retrieve('m'),
      post: () => client.chat.completions.create({ model: 'm', messages: MESSAGES }),
    };
  },

  async anthropic(baseURL, fetch) {
    const { default: Anthropic } = await import('@anthropic-ai/sdk');
    const client = new Anthropic({ apiKey: SECRET, baseURL, fetch });
    return {
      get: () => client.models.retrieve('m'),
      post: () => client.messages.create({ model: 'm', max_tokens: 64, messages: MESSAGES }),
    };
  },

  async stripe(base, fetch) {
    const { default: Stripe } = await import('stripe');
    const { port, hostname: host } = new URL(base);
    // Over the network it takes what it takes by itself, which is node:http.
    const over = fetch && { httpClient: Stripe.createFetchHttpClient(fetch) };
    const client = new Stripe('sk_test_benchmark', { host, port, protocol: 'http', telemetry: false, ...over });
    return {
      get: () => client.customers.retrieve('cus_1'),
      post: () => client.customers.create({ email: 'ada@example.test' }),
    };
  },

  async svix(serverUrl, fetch) {
    const { Svix } = await import('svix');
    const client = new Svix(SECRET, { serverUrl, fetch });
    return { get: () => client.application.get('app_1'), post: () => client.application.create({ name: 'Ada' }) };
  },

  async 'openapi-fetch'(baseUrl, fetch) {
    const { default: createClient } = await import('openapi-fetch');
    const client = createClient({ baseUrl, fetch, headers: { 'x-api-key': SECRET } });
    const run = { params: { path: { run_id: 'run_1' } } };
    const workflow = { params: { path: { workflow_id: 'wf_support' } }, body: INPUT };
    return {
      get: () => client.GET('/api/v1/runs/{run_id}', run),
      post: () => client.POST('/api/v1/workflows/{workflow_id}/query', workflow),
    };
  },

  async ky(base, fetch) {
    const { default: ky } = await import('ky');
    const client = ky.create({ headers: { 'x-api-key': SECRET }, ...(fetch && { fetch }) });
    return {
      get: () => client.get(`${base}/api/v1/runs/run_1`).json(),
      post: () => client.post(`${base}/api/v1/workflows/wf_support/query`, { json: INPUT }).json(),
    };
  },
};
