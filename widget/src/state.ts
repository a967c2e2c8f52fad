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
  | { type: 'completed'; runId: string; answer: string; sources: readonly Source[] }
  | { type: 'stopped' }
  | { type: 'failed'; trouble: Trouble }
  | { type: 'drop' }
  | { type: 'rate'; id: number; rating: Rating | null }
  | { type: 'reset'; conversationId: string; turns?: readonly Turn[] };

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
  const { turns } = state;
  const last = lastTurn(state);
  const busy = isBusy(state);
  switch (action.type) {
    case 'open':
    case 'close':
      return { ...state, open: action.type === 'open' };
    case 'setup':
      return { ...state, trouble: action.trouble };
    case 'reset':
      return { ...state, conversationId: action.conversationId, turns: action.turns ?? [] };
    case 'rate':
      return {
        ...state,
        turns: turns.map((turn) => (turn.id === action.id ? { ...turn, rating: action.rating } : turn)),
      };
    case 'ask':
      if (busy) return state;
      return { ...state, turns: [...turns, newTurn((last?.id ?? 0) + 1, action.question, 0)].slice(-MOST_TURNS) };
    case 'drop':
      return busy ? state : { ...state, turns: turns.slice(0, -1) };
    default:
      // What arrives after a stop or a reset belongs to nobody.
      if (!last || busy === (action.type === 'retry')) return state;
      return { ...state, turns: [...turns.slice(0, -1), { ...last, ...change(last, action) }] };
  }
}

function newTurn(id: number, question: string, version: number): Turn {
  return { id, question, version, status: 'asking', answer: '', runId: null, sources: [], rating: null, trouble: null };
}

type TurnAction = Extract<Action, { type: 'retry' | 'started' | 'delta' | 'completed' | 'stopped' | 'failed' }>;

function change({ id, question, answer, version }: Turn, { type, ...facts }: TurnAction): Partial<Turn> {
  if (type === 'retry') return newTurn(id, question, version + 1);
  if (type === 'delta') return { status: 'streaming', answer: answer + (facts as { text: string }).text };
  const status = type === 'started' ? 'streaming' : type === 'completed' ? 'answered' : type;
  // An answer that is other than its pieces replaces them.
  const replaced = 'answer' in facts && facts.answer !== answer;
  return { ...facts, status, version: version + (replaced ? 1 : 0) };
}
