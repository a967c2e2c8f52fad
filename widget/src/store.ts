/** The conversation in sessionStorage: what is put there, and what of it is believed when it is read back. */

import { MOST_TURNS, type Source, type Turn } from './state.js';
import { makeTrouble } from './trouble.js';

export interface Stored {
  conversationId: string;
  turns: Turn[];
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
  return `conv_${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** Storage may be full, blocked or away; the widget works without it. */
export function save(key: string, stored: Stored): void {
  const turns = stored.turns.map(({ trouble, ...turn }) => turn);
  try {
    sessionStorage.setItem(key, JSON.stringify({ ...stored, turns }));
  } catch {
    forget(key);
  }
}

export function forget(key: string): void {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // Blocked: then nothing was stored either.
  }
}

export function load(key: string): Stored | null {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(key) ?? 'null');
    if (!isRecord(stored) || typeof stored.conversationId !== 'string' || !Array.isArray(stored.turns)) return null;
    const turns = stored.turns.filter(isRecord).slice(-MOST_TURNS);
    return { conversationId: stored.conversationId, turns: turns.map(readTurn) };
  } catch {
    return null;
  }
}

/** An answer that was on its way when the page went has broken off. */
function readTurn(turn: Record<string, unknown>, index: number): Turn {
  const runId = typeof turn.runId === 'string' ? turn.runId : null;
  const rating = turn.rating === 'up' || turn.rating === 'down' ? turn.rating : null;
  const status = turn.status === 'answered' || turn.status === 'stopped' ? turn.status : 'failed';
  return {
    id: index + 1,
    question: String(turn.question ?? ''),
    status,
    answer: String(turn.answer ?? ''),
    version: 0,
    runId,
    sources: readSources(turn.sources),
    rating,
    trouble:
      status === 'failed'
        ? makeTrouble('broken', 'interrupted', 'The page was left before the answer was complete.')
        : null,
  };
}

/** Sources as far as they are what the contract says; anything else is left out. */
export function readSources(sources: unknown): Source[] {
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  if (!Array.isArray(sources)) return [];
  return sources.filter(isRecord).map(({ title, url, snippet }) => ({
    title: text(title) ?? '',
    url: text(url),
    snippet: text(snippet),
  }));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
