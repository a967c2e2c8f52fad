/** The reducer: every state, what leads there, and what arrives too late. */

import { describe, expect, test } from 'vitest';
import {
  type Action,
  initialState,
  isBusy,
  lastTurn,
  MOST_TURNS,
  reduce,
  type State,
  stateName,
  waitsUntil,
} from '../../src/state.js';
import { makeTrouble, readTrouble } from '../../src/trouble.js';

const begin = initialState('conv_1', true);
const reach = (...actions: Action[]): State => actions.reduce(reduce, begin);
const ask: Action = { type: 'ask', question: 'Why?' };
const started: Action = { type: 'started', runId: 'run_1' };
const delta: Action = { type: 'delta', text: 'So' };
const completed: Action = { type: 'completed', runId: 'run_1', answer: 'So.', sources: [] };
const limited: Action = { type: 'failed', trouble: { ...makeTrouble('limited', 'rate_limited', ''), retryAt: 9000 } };

describe('a question', () => {
  test.each<[string, Action[]]>([
    ['open', []],
    ['asking', [ask]],
    ['streaming', [ask, started]],
    ['streaming', [ask, delta, delta]],
    ['answered', [ask, started, delta, completed]],
    ['stopped', [ask, started, { type: 'stopped' }]],
    ['limited', [ask, limited]],
    ['asking', [ask, limited, { type: 'retry' }]],
    ['open', [ask, limited, { type: 'drop' }]],
    ['open', [ask, completed, { type: 'reset', conversationId: 'conv_2' }]],
    ['closed', [ask, { type: 'close' }]],
    ['secret', [{ type: 'setup', trouble: makeTrouble('secret', '', '') }]],
  ])('%s', (name, actions) => {
    expect(stateName(reach(...actions))).toBe(name);
  });

  test('is kept when it fails', () => {
    const state = reach(ask, started, delta, limited);
    expect(lastTurn(state)).toMatchObject({ question: 'Why?', answer: 'So', status: 'failed' });
    expect(waitsUntil(state)).toBe(9000);
  });

  test('is asked again in its own place', () => {
    const turn = lastTurn(reach(ask, delta, limited, { type: 'retry' }));
    expect(turn).toMatchObject({ id: 1, question: 'Why?', answer: '', trouble: null, version: 1 });
  });

  test('cannot be asked while another is on its way', () => {
    expect(reach(ask, { type: 'ask', question: 'And?' }).turns).toHaveLength(1);
  });

  test('is forgotten after many others', () => {
    const state = reach(...Array.from({ length: MOST_TURNS + 9 }, () => [ask, completed]).flat());
    expect(state.turns).toHaveLength(MOST_TURNS);
    expect(lastTurn(state)?.id).toBe(MOST_TURNS + 9);
  });
});

describe('what arrives too late', () => {
  test.each<[string, Action]>([
    ['a piece', delta],
    ['an end', completed],
    ['a failure', limited],
  ])('%s changes nothing', (_, action) => {
    const stopped = reach(ask, started, { type: 'stopped' });
    expect(reduce(stopped, action)).toBe(stopped);
    expect(reduce(begin, action)).toBe(begin);
  });
});

describe('an answer', () => {
  test('that is other than its pieces replaces them', () => {
    const same = reach(ask, delta, { type: 'completed', runId: 'run_1', answer: 'So', sources: [] });
    expect(lastTurn(same)).toMatchObject({ answer: 'So', version: 0 });
    expect(lastTurn(reach(ask, delta, completed))).toMatchObject({ answer: 'So.', version: 1 });
  });

  test('is rated by its own number', () => {
    const state = reach(ask, completed, ask, completed, { type: 'rate', id: 1, rating: 'up' });
    expect(state.turns.map(({ rating }) => rating)).toEqual(['up', null]);
    expect(isBusy(state)).toBe(false);
  });
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
    [problem(402, 'cost_limit_reserved', 2), 'busy'],
    [problem(403, 'insufficient_scope'), 'forbidden'],
    [problem(403, 'origin_not_allowed'), 'origin'],
    [problem(403, 'secret_key_in_browser'), 'secret'],
    [problem(403, 'key_expired'), 'expired'],
    [problem(401, 'invalid_api_key'), 'forbidden'],
    [problem(404, 'not_found'), 'missing'],
    [problem(422, 'validation_failed'), 'rejected'],
    [problem(429, 'rate_limited', 60), 'limited'],
    [problem(429, 'quota_exceeded', 90_000), 'quota'],
    [problem(500, 'internal_error'), 'failed'],
    [new TypeError('Failed to fetch'), 'unreachable'],
    [{ name: 'TimeoutError' }, 'slow'],
    [{ name: 'TimedOut', code: '' }, 'slow'],
    [{ name: 'ConnectionFailed', code: '' }, 'unreachable'],
    [{ name: 'ResponseInvalid', status: 200, code: '' }, 'failed'],
    ['a string', 'failed'],
    [null, 'failed'],
  ])('%j is %s', (error, kind) => {
    expect(readTrouble(error, 0, true, false).kind).toBe(kind);
  });

  test('offline is told from unreachable, and broken off from both', () => {
    expect(readTrouble(new TypeError(), 0, false, true).kind).toBe('offline');
    expect(readTrouble(new TypeError(), 0, true, true).kind).toBe('broken');
    expect(readTrouble({ name: 'ResponseInvalid', status: 200 }, 0, true, true).kind).toBe('broken');
    expect(readTrouble(problem(502, 'upstream_error'), 0, true, true).kind).toBe('broken');
    expect(readTrouble({ name: 'ConnectionFailed' }, 0, true, true).kind).toBe('broken');
    expect(readTrouble(problem(402, 'cost_limit_exceeded'), 0, true, true).kind).toBe('budget');
  });

  test('a wait is kept as an instant, and only where waiting helps', () => {
    expect(readTrouble(problem(429, 'rate_limited', 59.2), 1000, true, false).retryAt).toBe(61_000);
    expect(readTrouble(problem(503, 'unavailable', 1), 0, true, false).retryAt).toBe(1000);
    expect(readTrouble(problem(403, 'key_disabled', 5), 0, true, false).retryAt).toBeNull();
    expect(readTrouble(problem(429, 'rate_limited'), 0, true, false).retryAt).toBeNull();
  });
});
