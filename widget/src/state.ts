/** The state of a widget, and what changes it: a pure reducer, without a clock, a network or a document. */

import type { Trouble } from './trouble.js';

export type Rating = 'up' | 'down';

export interface Source {
  title: string;
  url: string | null;
  snippet: string | null;
}

/** A question and what came of it. */
export interface Turn {
  readonly question: string;
  readonly status: 'asking' | 'streaming' | 'answered' | 'stopped' | 'failed';
  /** What has arrived; markdown. */
  readonly answer: string;
  readonly runId: string | null;
  readonly sources: readonly Source[];
  readonly rating: Rating | null;
  readonly trouble: Trouble | null;
}

export interface State {
  readonly conversationId: string;
  readonly turns: readonly Turn[];
}

export type Action =
  /** A question; asked again, it takes the place of the last one. */
  | { type: 'asking'; question: string; again: boolean }
  | { type: 'started'; runId: string }
  | { type: 'delta'; text: string }
  | { type: 'answered'; runId: string; answer: string; sources: readonly Source[] }
  | { type: 'stopped' }
  | { type: 'failed'; trouble: Trouble }
  | { type: 'rate'; runId: string | null; rating: Rating | null };

export const MOST_TURNS = 50;

export function lastTurn({ turns }: State): Turn | undefined {
  return turns.at(-1);
}

/** Whether a question is on its way. */
export function isBusy(turn: Turn | undefined): boolean {
  return /ing$/.test(turn?.status ?? '');
}

/** Until when asking is refused; 0 when it is not. */
export function waitsUntil(turn: Turn | undefined): number {
  return turn?.trouble?.retryAt ?? 0;
}

/** The one word for where a conversation is whose last turn this is. */
export function stateName(turn: Turn | undefined): string {
  return turn?.trouble?.kind ?? turn?.status ?? 'open';
}

function newTurn(question: string): Turn {
  return { question, status: 'asking', answer: '', runId: null, sources: [], rating: null, trouble: null };
}

export function reduce(state: State, action: Action): State {
  const { type, ...facts } = action;
  const turns = [...state.turns];
  if (action.type === 'rate')
    return { ...state, turns: turns.map((turn) => (turn.runId === action.runId ? { ...turn, ...facts } : turn)) };
  // Nothing is asked while a question is on its way, and what arrives after a stop or a reset belongs to nobody.
  if (isBusy(lastTurn(state)) === (action.type === 'asking')) return state;
  const last = (action.type !== 'asking' || action.again ? turns.pop() : null) as Turn;
  if (action.type === 'asking') turns.push(newTurn(action.question));
  else if (action.type === 'delta') turns.push({ ...last, status: 'streaming', answer: last.answer + action.text });
  else turns.push({ ...last, ...facts, status: type === 'started' ? 'streaming' : (type as Turn['status']) });
  return { ...state, turns: turns.slice(-MOST_TURNS) };
}
