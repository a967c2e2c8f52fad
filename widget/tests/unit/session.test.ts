/** Client sessions: fetched when they are needed, renewed in time, and told when they cannot be had. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isPublic, newSession, type Session, type Token } from '../../src/session.js';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

function backend(lifetime = 300_000): { session: Session; asked: (string | null)[] } {
  const asked: (string | null)[] = [];
  const get = async (current: string | null): Promise<Token> => {
    asked.push(current);
    return { secret: `nk_ses_${asked.length}`, expires_at: new Date(Date.now() + lifetime).toISOString() };
  };
  return { session: newSession(get, 'getToken'), asked };
}

test('a session is fetched once and used until shortly before it expires', async () => {
  const { session, asked } = backend();
  expect(await session.key()).toBe('nk_ses_1');
  vi.advanceTimersByTime(279_000);
  expect(await session.key()).toBe('nk_ses_1');
  vi.advanceTimersByTime(2000);
  expect(await session.key()).toBe('nk_ses_2');
  expect(asked).toEqual([null, 'nk_ses_1']);
});

test('a session that the server did not take is not used again', async () => {
  const { session } = backend();
  await session.key();
  session.expire();
  expect(await session.key()).toBe('nk_ses_2');
});

test('who asks while a session is on its way gets that one', async () => {
  const { session, asked } = backend();
  expect(await Promise.all([session.key(), session.key()])).toEqual(['nk_ses_1', 'nk_ses_1']);
  expect(asked).toEqual([null]);
});

test('a session that could not be fetched is asked for again the next time', async () => {
  let fails = true;
  const session = newSession(() => {
    if (fails) throw new Error('down');
    return 'nk_ses_1';
  }, 'mine');
  await expect(session.key()).rejects.toMatchObject({ code: 'no_session', message: 'mine failed: Error: down' });
  fails = false;
  expect(await session.key()).toBe('nk_ses_1');
});

test.each([undefined, null, '', 7, {}, { secret: 7 }, `nk_${'0'.repeat(64)}`, 'nk_ses_\n'])(
  '%j is no session',
  async (token) => {
    await expect(newSession(() => token as never, 'getToken').key()).rejects.toThrow('client session');
  },
);

test.each([
  ['nk_pub_abc', true],
  ['nk_ses_abc', true],
  ['acme_pub_abc', true],
  ['', false],
  ['hello', false],
  ['<your key>', false],
  [`nk_${'0'.repeat(64)}`, false],
  ['nk_pub_', false],
  ['nk_pub_a b', false],
])('%j may be in a page: %s', (key, may) => {
  expect(isPublic(key)).toBe(may);
});
