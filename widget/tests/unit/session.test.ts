/** Client sessions and how a question uses them: renewed in time, renewed once when refused, else told. */

import { describe, expect, test } from 'vitest';
import type { AnswerEvent, Transport } from '../../src/api.js';
import { answer, asMarkdown } from '../../src/asking.js';
import { newSession, type Session, type Token } from '../../src/session.js';

const refusal = (status: number, code: string): Error => Object.assign(new Error(code), { status, code });

function backend(lifetime = 300_000): { session: Session; asked: (string | null)[]; time: { now: number } } {
  const time = { now: 1_000_000 };
  const asked: (string | null)[] = [];
  const get = async (current: string | null): Promise<Token> => {
    asked.push(current);
    return { secret: `nk_ses_${asked.length}`, expires_at: new Date(time.now + lifetime).toISOString() };
  };
  return { session: newSession(get, () => time.now), asked, time };
}

describe('a session', () => {
  test('is fetched once and used until shortly before it expires', async () => {
    const { session, asked, time } = backend();
    expect(await session.token()).toBe('nk_ses_1');
    time.now += 279_000;
    expect(await session.token()).toBe('nk_ses_1');
    time.now += 2000;
    expect(await session.token()).toBe('nk_ses_2');
    expect(asked).toEqual([null, 'nk_ses_1']);
  });

  test('is fetched once for two who need it at the same time', async () => {
    const { session, asked } = backend();
    expect(await Promise.all([session.token(), session.token()])).toEqual(['nk_ses_1', 'nk_ses_1']);
    expect(asked).toHaveLength(1);
  });

  test('that could not be fetched is asked for again the next time', async () => {
    let fails = true;
    const session = newSession(() => {
      if (fails) throw new Error('down');
      return 'nk_ses_1';
    }, Date.now);
    await expect(session.token()).rejects.toThrow('down');
    fails = false;
    expect(await session.token()).toBe('nk_ses_1');
  });

  test.each([undefined, null, '', 7, {}, { secret: 7 }])('%j is none', async (token) => {
    await expect(newSession(() => token as never, Date.now).token()).rejects.toThrow('client session');
  });
});

describe('a question', () => {
  const done: AnswerEvent = { type: 'completed', runId: 'run_1', output: 'So.', sources: [], run: null };

  /** Asks with a session, against a server that goes through these outcomes. */
  async function ask(session: Session | null, outcomes: (AnswerEvent[] | Error)[]): Promise<string[]> {
    const seen: string[] = [];
    const transport: Transport = {
      async *ask() {
        seen.push((await session?.token()) ?? 'no session');
        const outcome = outcomes.shift() ?? [];
        if (outcome instanceof Error) throw outcome;
        for (const event of outcome) yield event;
      },
      rate: async () => null,
    };
    const question = {
      workflow: 'wf_1',
      input: 'Why?',
      conversationId: 'conv_1',
      signal: new AbortController().signal,
    };
    await answer(
      () => transport,
      session && (() => session.expire()),
      question,
      ({ type }) => seen.push(type),
    );
    return seen;
  }

  test('whose session is refused is asked once more with another', async () => {
    const { session } = backend();
    expect(await ask(session, [refusal(403, 'key_expired'), [done]])).toEqual(['nk_ses_1', 'nk_ses_2', 'completed']);
  });

  test('whose second session is refused too is told', async () => {
    const { session, asked } = backend();
    const refused = [refusal(401, 'invalid_api_key'), refusal(401, 'invalid_api_key'), [done]];
    await expect(ask(session, refused)).rejects.toMatchObject({ code: 'session_expired' });
    expect(asked).toHaveLength(2);
  });

  test('without a session is not asked twice', async () => {
    await expect(ask(null, [refusal(401, 'invalid_api_key'), [done]])).rejects.toMatchObject({ status: 401 });
  });

  test('that was refused for another reason is not asked twice', async () => {
    await expect(ask(backend().session, [refusal(429, 'rate_limited'), [done]])).rejects.toMatchObject({ status: 429 });
  });

  test('whose answer never completes has failed', async () => {
    await expect(ask(null, [[{ type: 'delta', text: 'So' }]])).rejects.toMatchObject({ code: 'stream_incomplete' });
  });
});

test.each([
  ['text', 'text'],
  [null, ''],
  [undefined, ''],
  [{ a: 1 }, '``````json\n{\n  "a": 1\n}\n``````\n'],
])('the output %j is shown as markdown', (output, markdown) => {
  expect(asMarkdown(output)).toBe(markdown);
});
