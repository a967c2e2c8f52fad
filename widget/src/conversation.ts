/** The conversation: carries out what a visitor wants, keeps the state, and has it shown, announced and stored. */

import type { AnswerEvent, Question } from './api.js';
import type { Connection } from './connection.js';
import type { Presentation } from './presentation.js';
import { type Action, isBusy, lastTurn, type Rating, reduce, type State, type Turn, waitsUntil } from './state.js';
import { newConversation, readSources, save } from './store.js';
import { problem, readTrouble, type Trouble } from './trouble.js';
import { createView, type Intents, type View } from './view.js';

/** What surrounds a conversation: where it is stored, if at all, and how it asks and looks. */
export interface Surroundings extends Presentation, Connection {
  readonly key: string | null;
}

export interface Conversation {
  readonly state: State;
  readonly view: View;
  /** Takes other surroundings, and goes on with another conversation, if there is one. */
  present(surroundings: Surroundings, other: State | false): void;
  render(): void;
  /** Asks; false when that is not possible now or the page did not want it. */
  ask(text: string): boolean;
  stop(): void;
  /** Begins a new conversation. */
  reset(): void;
  /** Dispatches an event; false when the page prevented it. */
  tell(name: string, detail: unknown): boolean;
  /** Stores what is there now. */
  keep(): void;
}

export function converse(host: HTMLElement & Intents, root: ShadowRoot): Conversation {
  let state = newConversation();
  let around: Surroundings;
  let controller = new AbortController();
  let frame = 0;

  const tell = (name: string, detail: unknown): boolean => {
    const cancelable = name === 'nodai-ask';
    return host.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable }));
  };

  const render = (): void => {
    frame = 0;
    view.render(state);
  };
  const keep = (): void => {
    if (around.key) save(around.key, state.turns.length ? state : null);
  };

  const set = (next: State): void => {
    if (next === state) return;
    state = next;
    render();
    keep();
  };
  const dispatch = (action: Action): void => set(reduce(state, action));

  /** However many pieces arrive, they are shown once a frame. */
  const add = (action: Action): void => {
    state = reduce(state, action);
    if (!frame) frame = requestAnimationFrame(render);
  };

  const report = (trouble: Trouble, question: string, error: unknown): void => {
    console.warn(`<nodai-query> ${trouble.code}: ${trouble.detail}`);
    tell('nodai-error', { ...trouble, question, error });
  };

  const hear = (event: AnswerEvent, question: string): void => {
    if (event.type === 'delta') add(event);
    else if (event.type === 'started') dispatch(event);
    else if (event.type === 'completed') {
      const { runId, output, sources, run } = event;
      const answer = asMarkdown(output);
      dispatch({ type: 'answered', runId, answer, sources: readSources(sources) });
      tell('nodai-answer', { question, answer, run });
    }
  };

  const run = async (input: string): Promise<void> => {
    controller.abort();
    controller = new AbortController();
    const { signal } = controller;
    const { workflow, transport, renew } = around;
    const question: Question = { workflow, input, conversationId: state.conversationId, signal };
    // Another session is worth a try only once, and only before anything has arrived.
    for (let retry = renew; ; ) {
      try {
        for await (const event of transport.ask(question)) {
          // Who stopped hears nothing more, and leaving the loop ends the request.
          if (signal.aborted) return;
          retry = null;
          hear(event, input);
        }
        throw problem('stream_incomplete', 'The stream ended before the answer was complete.');
      } catch (error) {
        // The answer is whole, whatever becomes of the connection.
        if (signal.aborted || !isBusy(lastTurn(state))) return;
        if (!retry || !/^40[13]$/.test(`${(error as Partial<Trouble> | null)?.status}`)) {
          const trouble = readTrouble(error, !!lastTurn(state)?.answer);
          dispatch({ type: 'failed', trouble });
          report(trouble, input, error);
          return;
        }
        retry();
        retry = null;
      }
    }
  };

  /** Asks, unless that is not possible now or the page does not want it. */
  const begin = (question: string, again: boolean): boolean => {
    const last = lastTurn(state);
    if (!question || around.setup || isBusy(last) || waitsUntil(last) > Date.now()) return false;
    if (!tell('nodai-ask', { question, conversationId: state.conversationId })) return false;
    dispatch({ type: 'asking', question, again });
    void run(question);
    return true;
  };

  const view = createView(host, root, {
    retry: () => begin(lastTurn(state)?.question ?? '', true),
    edit: () => {
      view.box.value = lastTurn(state)?.question ?? '';
    },
    async rate({ runId, rating: before, question }: Turn, rating: Rating) {
      dispatch({ type: 'rate', runId, rating });
      try {
        await around.transport.rate(runId as string, rating);
        view.announce(around.words.thanks);
        tell('nodai-feedback', { runId, rating });
      } catch (error) {
        dispatch({ type: 'rate', runId, rating: before });
        view.announce(around.words.failed);
        report(readTrouble(error), question, error);
      }
    },
  });

  return {
    get state() {
      return state;
    },
    view,
    tell,
    keep,
    render,
    present(given, other) {
      around = given;
      if (other) controller.abort();
      state = other || state;
      view.present(given);
      render();
    },
    ask(text) {
      const asked = begin(text.trim(), false);
      if (asked) view.box.value = '';
      return asked;
    },
    stop() {
      controller.abort();
      dispatch({ type: 'stopped' });
    },
    reset() {
      controller.abort();
      set(newConversation());
    },
  };
}

/** What a run answered, as markdown: text as it is, anything else as JSON, no line of which can end the fence. */
function asMarkdown(output: unknown): string {
  if (typeof output === 'string') return output;
  return output == null ? '' : `\`\`\`json\n${JSON.stringify(output, null, 2)}\n\`\`\`\n`;
}
