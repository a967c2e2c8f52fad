/** The state of a widget, and what changes it: a pure reducer, without a clock, a network or a document. */

import type { Trouble } from './trouble.js';

export type Rating = 'up' | 'down';

export interface Source {
  title: string;
  url: string | null;
  snippet: string | null;
}

export type TurnStatus = 'asking' | 'streaming' | 'answered' | 'stopped' | 'failed';

/** A question and what came of it. */
export interface Turn {
  readonly id: number;
  readonly question: string;
  readonly status: TurnStatus;
  /** What has arrived; markdown. */
  readonly answer: string;
  /** Grows when the answer is replaced, not when it only gets longer. */
  readonly version: number;
  readonly runId: string | null;
  readonly sources: readonly Source[];
  readonly rating: Rating | null;
  readonly trouble: Trouble | null;
}

export interface State {
  readonly open: boolean;
  readonly conversationId: string;
  readonly turns: readonly Turn[];
  /** What keeps the widget from asking at all: a missing attribute, a secret key. */
  readonly trouble: Trouble | null;
}

export type Action =
  | { type: 'open' }
  | { type: 'close' }
  | { type: 'setup'; trouble: Trouble | null }
  | { type: 'ask'; question: string }
  | { type: 'retry' }
  | { type: 'started'; runId: string }
  | { type: 'delta'; text: string }
  | { type: 'completed'; runId: string; answer: string | null; sources: readonly Source[] }
  | { type: 'stopped' }
  | { type: 'failed'; trouble: Trouble }
  | { type: 'drop' }
  | { type: 'rate'; id: number; rating: Rating | null }
  | { type: 'reset'; conversationId: string }
  | { type: 'restore'; conversationId: string; turns: readonly Turn[] };

export const MOST_TURNS = 50;

export function initialState(conversationId: string, open: boolean): State {
  return { open, conversationId, turns: [], trouble: null };
}

export function lastTurn(state: State): Turn | undefined {
  return state.turns.at(-1);
}

/** Whether a question is on its way. */
export function isBusy(state: State): boolean {
  const status = lastTurn(state)?.status;
  return status === 'asking' || status === 'streaming';
}

/** Until when asking is refused; null when it is not. */
export function waitsUntil(state: State): number | null {
  return lastTurn(state)?.trouble?.retryAt ?? null;
}

/** The one word for where the widget is. */
export function stateName(state: State): string {
  if (!state.open) return 'closed';
  if (state.trouble) return state.trouble.kind;
  const turn = lastTurn(state);
  if (!turn) return 'open';
  return turn.status === 'failed' ? (turn.trouble?.kind ?? 'failed') : turn.status;
}

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case 'open':
    case 'close':
      return { ...state, open: action.type === 'open' };
    case 'setup':
      return { ...state, trouble: action.trouble };
    case 'ask':
      if (isBusy(state)) return state;
      return { ...state, turns: [...state.turns, newTurn(nextId(state), action.question, 0)].slice(-MOST_TURNS) };
    case 'drop':
      return isBusy(state) ? state : { ...state, turns: state.turns.slice(0, -1) };
    case 'rate':
      return {
        ...state,
        turns: state.turns.map((turn) => (turn.id === action.id ? { ...turn, rating: action.rating } : turn)),
      };
    case 'reset':
      return { ...state, conversationId: action.conversationId, turns: [] };
    case 'restore':
      return { ...state, conversationId: action.conversationId, turns: action.turns };
    default:
      return changeLast(state, action);
  }
}

function nextId(state: State): number {
  return (lastTurn(state)?.id ?? 0) + 1;
}

function newTurn(id: number, question: string, version: number): Turn {
  return {
    id,
    question,
    status: 'asking',
    answer: '',
    version,
    runId: null,
    sources: [],
    rating: null,
    trouble: null,
  };
}

type TurnAction = Extract<Action, { type: 'retry' | 'started' | 'delta' | 'completed' | 'stopped' | 'failed' }>;

function changeLast(state: State, action: TurnAction): State {
  const turn = lastTurn(state);
  // What arrives after a stop or a reset belongs to nobody.
  if (!turn || isBusy(state) === (action.type === 'retry')) return state;
  return { ...state, turns: [...state.turns.slice(0, -1), { ...turn, ...change(turn, action) }] };
}

function change(turn: Turn, action: TurnAction): Partial<Turn> {
  switch (action.type) {
    case 'retry':
      return newTurn(turn.id, turn.question, turn.version + 1);
    case 'started':
      return { status: 'streaming', runId: action.runId };
    case 'delta':
      return { status: 'streaming', answer: turn.answer + action.text };
    case 'completed': {
      const same = action.answer === null || action.answer === turn.answer;
      const answer = same ? turn.answer : (action.answer as string);
      const version = turn.version + (same ? 0 : 1);
      return { status: 'answered', runId: action.runId, answer, version, sources: action.sources };
    }
    case 'stopped':
      return { status: 'stopped' };
    case 'failed':
      return { status: 'failed', trouble: action.trouble };
  }
}
