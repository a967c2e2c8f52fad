/** The reducer: every state, what leads there, and what arrives too late. */

import { describe, expect, test, vi } from 'vitest';
import { type Action, lastTurn, MOST_TURNS, reduce, type State, stateName, waitsUntil } from '../../src/state.js';
import { readTrouble } from '../../src/trouble.js';

const begin: State = { conversationId: 'conv_1', turns: [] };
const reach = (...actions: Action[]): State => actions.reduce(reduce, begin);
const ask: Action = { type: 'asking', question: 'Why?', again: false };
const again: Action = { type: 'asking', question: 'Why?', again: true };
const started: Action = { type: 'started', runId: 'run_1' };
const delta: Action = { type: 'delta', text: 'So' };
const answered: Action = { type: 'answered', runId: 'run_1', answer: 'So.', sources: [] };
const limited: Action = { type: 'failed', trouble: { ...readTrouble({ status: 429 }), retryAt: 9000 } };

describe('a question', () => {
  test.each<[string, Action[]]>([
    ['open', []],
    ['asking', [ask]],
    ['streaming', [ask, started]],
    ['streaming', [ask, delta, delta]],
    ['answered', [ask, started, delta, answered]],
    ['stopped', [ask, started, { type: 'stopped' }]],
    ['limited', [ask, limited]],
    ['asking', [ask, limited, again]],
  ])('%s', (name, actions) => {
    expect(stateName(lastTurn(reach(...actions)))).toBe(name);
  });

  test('is kept when it fails', () => {
    const turn = lastTurn(reach(ask, started, delta, limited));
    expect(turn).toMatchObject({ question: 'Why?', answer: 'So', status: 'failed', runId: 'run_1' });
    expect(waitsUntil(turn)).toBe(9000);
  });

  test('is asked again in its own place', () => {
    const { turns } = reach(ask, answered, ask, delta, limited, again);
    expect(turns).toHaveLength(2);
    expect(turns[1]).toMatchObject({ question: 'Why?', answer: '', trouble: null, status: 'asking' });
  });

  test('cannot be asked while another is on its way', () => {
    expect(reach(ask, { ...ask, question: 'And?' }).turns).toHaveLength(1);
    expect(reach(ask, delta, again).turns[0]).toMatchObject({ answer: 'So' });
  });

  test('is forgotten after many others', () => {
    const state = reach(...Array.from({ length: MOST_TURNS + 9 }, () => [ask, answered]).flat());
    expect(state.turns).toHaveLength(MOST_TURNS);
  });
});

test.each<[string, Action]>([
  ['a piece', delta],
  ['an end', answered],
  ['a failure', limited],
])('%s that arrives too late changes nothing', (_, action) => {
  const stopped = reach(ask, started, { type: 'stopped' });
  expect(reduce(stopped, action)).toBe(stopped);
  expect(reduce(begin, action)).toBe(begin);
});

test('an answer is rated by its run', () => {
  const second: Action = { ...answered, runId: 'run_2' };
  const state = reach(ask, answered, ask, second, { type: 'rate', runId: 'run_1', rating: 'up' });
  expect(state.turns.map(({ rating, status }) => [rating, status])).toEqual([
    ['up', 'answered'],
    [null, 'answered'],
  ]);
});

describe('trouble', () => {
  const problem = (status: number, code: string, retryAfterSeconds?: number): unknown => ({
    status,
    code,
    retryAfterSeconds,
    message: code,
  });

  test.each([
    [problem(402, 'cost_limit_exceeded'), 'budget'],
    [problem(402, 'cost_limit_reserved', 2), 'limited'],
    [problem(403, 'insufficient_scope'), 'forbidden'],
    [problem(403, 'origin_not_allowed'), 'forbidden'],
    [problem(403, 'key_expired'), 'expired'],
    [problem(401, 'invalid_api_key'), 'forbidden'],
    [problem(404, 'not_found'), 'forbidden'],
    [problem(422, 'validation_failed'), 'rejected'],
    [problem(429, 'rate_limited', 60), 'limited'],
    [problem(429, 'quota_exceeded', 90_000), 'limited'],
    [problem(500, 'internal_error'), 'failed'],
    [problem(500, 'constructor'), 'failed'],
    [new TypeError('Failed to fetch'), 'unreachable'],
    [{ name: 'ConnectionFailed' }, 'unreachable'],
    [{ name: 'TimedOut' }, 'slow'],
    [{ name: 'ResponseInvalid', status: 200, code: '' }, 'failed'],
    ['a string', 'failed'],
    [null, 'failed'],
  ])('%j is %s', (error, kind) => {
    expect(readTrouble(error).kind).toBe(kind);
  });

  test('who sees a part of the answer is told that the rest is missing, whatever became of the connection', () => {
    for (const name of ['ConnectionFailed', 'TimedOut', 'ResponseInvalid'])
      expect(readTrouble({ name }, true).kind).toBe('broken');
    expect(readTrouble(problem(402, 'cost_limit_exceeded'), true).kind).toBe('budget');
  });

  test('offline is told from what a server said', () => {
    const online = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    expect(readTrouble(new TypeError('Failed to fetch')).kind).toBe('offline');
    expect(readTrouble(problem(502, 'upstream_error')).kind).toBe('failed');
    online.mockRestore();
  });

  test('a wait is kept as an instant', () => {
    vi.useFakeTimers({ now: 1000 });
    expect(readTrouble(problem(429, 'rate_limited', 59.2)).retryAt).toBe(61_000);
    expect(readTrouble(problem(503, 'unavailable', 1)).retryAt).toBe(2000);
    expect(readTrouble(problem(429, 'rate_limited')).retryAt).toBeNull();
    expect(readTrouble(problem(429, 'rate_limited', Number.NaN)).retryAt).toBeNull();
    vi.useRealTimers();
  });

  test('what an error does not say is said all the same', () => {
    expect(readTrouble('down')).toMatchObject({ code: 'failed', status: null, requestId: null, detail: 'down' });
    expect(readTrouble(new TypeError('Failed to fetch'))).toMatchObject({
      code: 'TypeError',
      detail: 'Failed to fetch',
    });
  });
});
