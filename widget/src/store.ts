/** The conversation in sessionStorage: what is put there, and what of it is believed when it is read back. */

import { MOST_TURNS, type Source, type Turn } from './state.js';
import { keptTrouble, makeTrouble } from './trouble.js';

export interface Stored {
  conversationId: string;
  turns: readonly Turn[];
}

const taken = new Set<string>();

/** A name that no other widget on the page has: the second with the same settings gets ` 2`. */
export function claim(name: string): string {
  let own = name;
  for (let count = 2; taken.has(own); count += 1) own = `${name} ${count}`;
  taken.add(own);
  return own;
}

export function release(name: string): void {
  taken.delete(name);
}

export function newConversationId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `conv_${Array.from(bytes, (byte) => (byte + 256).toString(16).slice(1)).join('')}`;
}

/** Storage may be full, blocked or away; the widget works without it. */
export function save(key: string, stored: Stored | null): void {
  try {
    sessionStorage.removeItem(key);
    if (stored) sessionStorage.setItem(key, JSON.stringify(stored));
  } catch {
    // Then nothing is stored.
  }
}

export function load(key: string | null): Stored | null {
  try {
    const { conversationId, turns } = JSON.parse((key && sessionStorage.getItem(key)) as string);
    if (typeof conversationId === 'string')
      return { conversationId, turns: turns.filter(isRecord).slice(-MOST_TURNS).map(readTurn) };
  } catch {
    // Nothing, or nothing of ours.
  }
  return null;
}

/** What stood between a question and its answer still does; an answer that was on its way has broken off. */
function readTurn(
  { question = '', answer = '', status, runId, rating, sources, trouble }: Record<string, unknown>,
  index: number,
): Turn {
  const whole = status === 'answered' || status === 'stopped';
  return {
    id: index + 1,
    question: `${question}`,
    status: whole ? status : 'failed',
    answer: `${answer}`,
    version: 0,
    runId: text(runId),
    sources: readSources(sources),
    rating: rating === 'up' || rating === 'down' ? rating : null,
    trouble: whole
      ? null
      : (keptTrouble(trouble) ??
        makeTrouble('broken', 'interrupted', 'The page was left before the answer was complete.')),
  };
}

/** Sources as far as they are what the contract says; anything else is left out. */
export function readSources(sources: unknown): Source[] {
  return (Array.isArray(sources) ? sources : [])
    .filter(isRecord)
    .map(({ title, url, snippet }) => ({ title: text(title) ?? '', url: text(url), snippet: text(snippet) }));
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
