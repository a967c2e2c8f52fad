/** What a page's own `getToken` may answer, and what becomes of it when that is no client session. */

import { expect, test } from 'vitest';
import { en } from '../../src/messages/en.js';
import { QUESTION, textOf } from './box.js';
import { openStage, type Visit } from './stage.js';

const stage = openStage();

/** A page whose function `token` is this script, and that counts its calls. */
function visit(token: string, options = {}): Promise<Visit> {
  const widget = `<nodai-query workflow="wf_support" api-url="${stage.service.baseUrl}" get-token="counted"></nodai-query>`;
  const script = stage.site.put({
    script: `var calls = []; ${token}
    function counted(current) { calls.push(current); return token(current); }`,
  });
  return stage.visit({ body: `<script src="${script}"></script>${widget}` }, options);
}

const mint = (settings = {}) =>
  stage.service.owner.clientSessions.create({ workflow_id: 'wf_support', origin: stage.site.origin, ...settings });
const calls = (visit: Visit): Promise<(string | null)[]> =>
  visit.page.evaluate(() => (globalThis as never as { calls: (string | null)[] }).calls);

test('the secret alone will do, and it is kept as long as the server takes it', async () => {
  const { secret } = await mint();
  const visited = await visit(`const token = async () => '${secret}';`);
  await visited.box.answerTo(QUESTION);
  await visited.box.answerTo(QUESTION);
  expect(await calls(visited)).toEqual([null]);
});

test('a session that is always the same expired one is asked for twice, then told', async () => {
  const { secret } = await mint({ expires_in_seconds: 60 });
  await stage.service.advance('PT2M');
  const visited = await visit(`const token = () => '${secret}';`);
  await visited.box.ask(QUESTION);
  await visited.box.reach('expired');
  expect(await visited.box.notice()).toBe(en.expired);
  expect(await calls(visited)).toEqual([null, secret]);
  expect(visited.calls).toHaveLength(2);
});

test('a session that says it has expired already is used once, and not renewed without end', async () => {
  const { secret } = await mint();
  const visited = await visit(`const token = () => ({ secret: '${secret}', expires_at: '2001-01-01T00:00:00Z' });`);
  await visited.box.answerTo(QUESTION);
  await visited.box.answerTo(QUESTION);
  expect(await calls(visited)).toHaveLength(2);
});

/** What goes wrong, and what a developer is told. */
const NO_SESSIONS = [
  [`() => { throw new Error('Nobody is logged in.'); }`, 'counted failed: Error: Nobody is logged in.'],
  [`async () => JSON.parse('<!doctype html><title>Log in</title>')`, 'counted failed: SyntaxError'],
  ['async () => null', 'no client session'],
  ['async () => ({ error: "no" })', 'no client session'],
  ['() => 42', 'no client session'],
  [String.raw`() => 'nk_ses_\n'`, 'no client session'],
] as const;

test('whatever a getToken answers in place of a session is told, the question is kept, and nothing goes on by itself', async () => {
  const visited = await visit('var token;');
  const { box, page } = visited;
  let asked = 0;
  for (const [token, detail] of NO_SESSIONS) {
    await page.evaluate(`token = ${token}`);
    const failed = page.evaluate(
      () =>
        new Promise<string>((tell) =>
          document.body.addEventListener('nodai-error', (event) => tell(event.detail.detail)),
        ),
    );
    await box.ask(`What if it is ${token}?`);
    expect(await failed).toContain(detail);
    expect(await box.state()).toBe('failed');
    expect(await box.notice()).toBe(en.failed);
    expect(await textOf(box.questions.last())).toContain(`What if it is ${token}?`);
    expect(await box.retry.isEnabled()).toBe(true);
    const count = (await calls(visited)).length;
    expect(count - asked, token).toBeLessThanOrEqual(2);
    asked = count;
  }
  expect(visited.calls).toEqual([]);
  // When there is a session at last, the last question is answered.
  await page.evaluate((secret) => Object.assign(globalThis, { token: () => secret }), (await mint()).secret);
  await box.retry.click();
  await box.reach('answered');
});

test("a get-token that names no function is told to the page's author", async () => {
  const { box, warnings } = await stage.visit(
    `<nodai-query workflow="wf_support" api-url="${stage.service.baseUrl}" get-token="nowhere"></nodai-query>`,
  );
  await box.ask(QUESTION);
  await box.reach('failed');
  expect(await box.notice()).toBe(en.failed);
  expect(warnings.join()).toContain('nowhere failed: TypeError');
});

test('a function that comes after the element is found when it is needed', async () => {
  const { secret } = await mint();
  const { page, box } = await visit('');
  await page.evaluate((secret) => {
    Object.assign(globalThis, { token: () => secret });
  }, secret);
  await box.answerTo(QUESTION);
});

test('two widgets that ask at the same time with the same function each get their session', async () => {
  const secrets = await Promise.all([mint(), mint()]);
  const visited = await visit(
    `const secrets = ${JSON.stringify(secrets.map(({ secret }) => secret))}; const token = () => secrets.pop();`,
  );
  const { page } = visited;
  await page.evaluate(() => {
    const first = document.querySelector('nodai-query') as HTMLElement;
    first.after(first.cloneNode());
    for (const each of document.querySelectorAll('nodai-query')) each.ask('password');
  });
  await page.waitForFunction(() =>
    [...document.querySelectorAll('nodai-query')].every((each) => each.state === 'answered'),
  );
  expect(await calls(visited)).toHaveLength(2);
});
