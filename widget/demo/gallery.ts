/** The gallery: one widget in each state, by a transport that follows a script. */

import type { AnswerEvent, Transport } from '../src/index.js';
import { define } from '../src/index.js';
import './page.js';

const QUESTION = 'How do I reset my password?';
const ANSWER = `## In short

Open **Settings**, choose *Security*, then \`Reset password\` [1].

1. We send you a link.
2. It works for **one hour**:
   - on any device,
   - once.

| Plan | Link works for |
|------|---------------:|
| Free | 1 hour |
| Pro | 24 hours |

\`\`\`sh
curl -X POST https://api.example/reset
\`\`\`

> See also [the guide](https://help.example/password).`;
const SOURCES = [
  { title: 'Resetting your password', url: 'https://help.example/password', snippet: 'Open Settings, then Security.' },
  { title: 'A note without an address', url: null, snippet: null },
];

type Script = () => AsyncGenerator<AnswerEvent>;

const forever = (): Promise<never> => new Promise(() => {});

async function* answers(): AsyncGenerator<AnswerEvent> {
  yield { type: 'started', runId: 'run_gallery' };
  for (const piece of ANSWER.match(/[\s\S]{1,12}/g) ?? []) yield { type: 'delta', text: piece };
  yield { type: 'completed', runId: 'run_gallery', output: ANSWER, sources: SOURCES, run: null };
}

async function* streams(): AsyncGenerator<AnswerEvent> {
  yield { type: 'started', runId: 'run_gallery' };
  yield { type: 'delta', text: ANSWER.slice(0, 120) };
  await forever();
}

// biome-ignore lint/correctness/useYield: it answers nothing, for ever
async function* waits(): AsyncGenerator<AnswerEvent> {
  await forever();
}

async function* breaks(): AsyncGenerator<AnswerEvent> {
  yield { type: 'delta', text: 'Open **Settings**, choose' };
  throw Object.assign(new Error('The stream ended.'), { code: 'stream_incomplete' });
}

/** What the SDK throws when no answer came. */
const throws = (name: string): Script =>
  // biome-ignore lint/correctness/useYield: it only fails
  async function* () {
    throw Object.assign(new Error(name), { name });
  };

const fails = (status: number | undefined, code: string, retryAfterSeconds?: number): Script =>
  // biome-ignore lint/correctness/useYield: it only fails
  async function* () {
    throw Object.assign(new Error(code), { status, code, retryAfterSeconds, requestId: 'req_gallery' });
  };

/** The states by name; null asks nothing. */
const SCRIPTS: Record<string, Script | null> = {
  open: null,
  asking: waits,
  streaming: streams,
  answered: answers,
  stopped: streams,
  budget: fails(402, 'cost_limit_exceeded'),
  forbidden: fails(403, 'key_disabled'),
  expired: fails(403, 'key_expired'),
  limited: fails(429, 'rate_limited', 3000),
  offline: fails(undefined, 'offline'),
  unreachable: throws('ConnectionFailed'),
  slow: throws('TimedOut'),
  broken: breaks,
  rejected: fails(422, 'validation_failed'),
  failed: fails(500, 'internal_error'),
  setup: null,
};

const search = new URLSearchParams(location.search);
const only = search.get('state');
define();
for (const [name, script] of Object.entries(SCRIPTS)) {
  if (only && only !== name) continue;
  const section = document.createElement('section');
  section.setAttribute('aria-label', name);
  const title = document.createElement('h2');
  title.textContent = name;
  const widget = document.createElement('nodai-query');
  widget.id = `state-${name}`;
  widget.setAttribute('heading', name === 'open' ? 'Ask a question' : `Ask (${name})`);
  widget.setAttribute('no-store', '');
  widget.setAttribute('contact-url', 'mailto:help@help.example');
  for (const attribute of ['theme', 'lang', 'dir'])
    if (search.has(attribute)) widget.setAttribute(attribute, search.get(attribute) ?? '');
  widget.setAttribute('workflow', 'wf_gallery');
  if (name === 'setup') widget.setAttribute('api-key', `nk_${'0'.repeat(64)}`);
  const transport: Transport = { ask: script ?? waits, rate: async () => null };
  widget.transport = transport;
  section.append(title, widget);
  document.getElementById('gallery')?.append(section);
  if (!script) continue;
  widget.ask(QUESTION);
  if (name === 'stopped') setTimeout(() => widget.stop(), 100);
}
