/** The states of a widget, each brought about on the real server by what causes it there. */

import type { Model } from './model.js';
import type { Visit } from './visit.js';
import type { World } from './world.js';

export interface State {
  name: string;
  /** What `element.state` says then. */
  state: string;
  /** The world as it has to be, and the widget's attributes. */
  prepare(world: World, model: Model): Promise<Record<string, string>>;
  act?(visit: Visit): Promise<void>;
}

export const QUESTION = 'How do I reset my password?';
export const ANSWER = `## In short

Open **Settings**, choose *Security*, then \`Reset password\` [1]. ~~By letter~~ no longer.

1. We send you a link.
2. It works for **one hour**:
   - on any device,
   - once.

| Plan | Link works for |
|------|---------------:|
| Free | 1 hour |
| Pro | 24 hours |

\`\`\`sh
curl -X POST https://api.example/v1/password-resets --header "Authorization: Bearer $TOKEN" --data '{"user": 1042}'
\`\`\`

> See also [the guide](https://help.example/password).

---

Still stuck? Write to us [2].`;
export const SOURCES = [
  { title: 'Resetting your password', url: 'https://help.example/password', snippet: 'Open Settings, then Security.' },
  { title: 'A note without an address', url: null, snippet: null },
];
const FLOATING = { mode: 'floating', open: '', 'contact-url': 'mailto:help@help.example' };
const INLINE = { 'contact-url': 'mailto:help@help.example' };

/** The answer in pieces of a dozen characters, as models give them. */
export const PIECES = ANSWER.match(/[\s\S]{1,12}/g) ?? [];

function asking(script: Parameters<Model['engine']>[0], attributes: Record<string, string>, key = {}) {
  return async (world: World, model: Model): Promise<Record<string, string>> => {
    const workflow = await world.workflow(model.engine(script));
    return { workflow, 'api-key': (await world.key(key)).secret, ...attributes };
  };
}

const whole = { pieces: PIECES, sources: SOURCES };
const ask = (visit: Visit): Promise<void> => visit.ask(QUESTION);

async function askTwice(visit: Visit): Promise<void> {
  await visit.ask(QUESTION);
  await visit.until('answered');
  await visit.ask('And where are my invoices?');
}

/** A key that has been switched off; the page cannot know. */
async function disabled(world: World, model: Model): Promise<Record<string, string>> {
  const workflow = await world.workflow(model.engine(whole));
  const { id, secret } = await world.key();
  await world.call('PUT', `/api/v1/api-keys/${id}`, { active: false });
  return { workflow, 'api-key': secret, ...FLOATING };
}

async function failing(world: World): Promise<Record<string, string>> {
  await world.fault({ operation: 'workflows.stream', code: 'internal_error' });
  return { workflow: 'wf_support', 'api-key': (await world.key()).secret, ...FLOATING };
}

const hour = { limit: 1, window_seconds: 3600 };

export const STATES: readonly State[] = [
  { name: 'closed', state: 'closed', prepare: asking(whole, { mode: 'floating' }) },
  {
    name: 'open',
    state: 'open',
    prepare: asking(whole, { mode: 'floating' }),
    act: (visit) => visit.part('launcher').click(),
  },
  { name: 'open inline', state: 'open', prepare: asking(whole, INLINE) },
  { name: 'asking', state: 'asking', prepare: asking({ ends: 'silent' }, FLOATING), act: ask },
  {
    name: 'streaming',
    state: 'streaming',
    prepare: asking({ pieces: PIECES.slice(0, 15), ends: 'open' }, FLOATING),
    async act(visit) {
      await visit.ask(QUESTION);
      await visit.part('answer').getByText('one hour').waitFor();
    },
  },
  { name: 'answered', state: 'answered', prepare: asking(whole, FLOATING), act: ask },
  { name: 'answered inline', state: 'answered', prepare: asking(whole, INLINE), act: ask },
  {
    name: 'rated',
    state: 'answered',
    prepare: asking({ output: { order: 1042, status: 'shipped' } }, FLOATING),
    async act(visit) {
      await visit.ask(QUESTION);
      await visit.part('up').click();
      await visit.widget.locator('[part~="up"][aria-pressed="true"]').waitFor();
    },
  },
  {
    name: 'stopped',
    state: 'stopped',
    prepare: asking({ pieces: PIECES.slice(0, 15), ends: 'open' }, FLOATING),
    async act(visit) {
      await visit.ask(QUESTION);
      await visit.part('answer').getByText('one hour').waitFor();
      await visit.part('stop').click();
    },
  },
  {
    name: '402',
    state: 'budget',
    // The model costs nothing but may cost $0.002, and no more than what is left is ever reserved.
    prepare: asking(whole, FLOATING, { cost_limit_usd: '0.001' }),
    act: ask,
  },
  { name: '403', state: 'forbidden', prepare: disabled, act: ask },
  { name: '429', state: 'limited', prepare: asking(whole, FLOATING, { rate_limit: hour }), act: askTwice },
  { name: '429 inline', state: 'limited', prepare: asking(whole, INLINE, { rate_limit: hour }), act: askTwice },
  {
    name: 'offline',
    state: 'offline',
    prepare: asking(whole, FLOATING),
    async act(visit) {
      await visit.page.context().setOffline(true);
      await visit.ask(QUESTION);
    },
  },
  { name: 'failed', state: 'failed', prepare: failing, act: ask },
  {
    name: 'secret',
    state: 'setup',
    prepare: async () => ({ workflow: 'wf_support', 'api-key': `nk_${'0'.repeat(64)}`, ...FLOATING }),
  },
];

/** Leads a visit to a widget in a state. */
export async function bring(
  visit: Visit,
  model: Model,
  state: State,
  options: Omit<Parameters<Visit['go']>[0], 'attributes'> & { attributes?: Record<string, string> },
): Promise<void> {
  const attributes = await state.prepare(options.world, model);
  await visit.page.context().setOffline(false);
  await visit.go({ ...options, attributes: { 'no-store': '', ...attributes, ...options.attributes } });
  await visit.widget.and(visit.page.locator(':defined')).waitFor({ state: 'attached' });
  await state.act?.(visit);
  await visit.until(state.state);
}
