/** The conversation in sessionStorage: what is put there, and whether it is believed when it is read back. */

import { reduce, type Source, type State } from './state.js';
import { readTrouble } from './trouble.js';

const owners = new Map<string, Element>();

/** The name that an element stores its conversation by: another on the page that talks to the same assistant gets ` 2`. */
export function claim(name: string, element: Element): string {
  let own = name;
  for (let count = 2; owners.get(own)?.isConnected && owners.get(own) !== element; count += 1) own = `${name} ${count}`;
  owners.set(own, element);
  return own;
}

/** A new conversation; nobody can guess its id and get into it. */
export function newConversation(): State {
  return { conversationId: `conv_${crypto.getRandomValues(new Uint32Array(4)).join('')}`, turns: [] };
}

/** Storage may be full, blocked or away; the widget works without it. */
export function save(key: string, state: State | null): void {
  try {
    sessionStorage.removeItem(key);
    if (state) sessionStorage.setItem(key, JSON.stringify(state));
  } catch {
    // Then nothing is stored.
  }
}

/** What was stored; null when there is nothing, or not what we store. */
export function load(key: string): State | null {
  try {
    const { conversationId, turns } = JSON.parse(sessionStorage.getItem(key) as string) as State;
    const texts = [conversationId, ...turns.flatMap(({ question, answer }) => [question, answer])];
    if (!texts.every(isText)) return null;
    const kept = turns.map((turn) => ({ ...turn, sources: readSources(turn.sources) }));
    // Changes only an answer that was on its way when the page was left.
    return reduce({ conversationId, turns: kept }, { type: 'failed', trouble: readTrouble('interrupted', true) });
  } catch {
    return null;
  }
}

/** Sources as far as they are what the contract says; each keeps its number. */
export function readSources(sources: unknown): Source[] {
  return (Array.isArray(sources) ? sources : []).map((source) => {
    const { title, url, snippet } = Object(source);
    return {
      title: isText(title) ? title : '',
      url: isText(url) ? url : null,
      snippet: isText(snippet) ? snippet : null,
    };
  });
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
