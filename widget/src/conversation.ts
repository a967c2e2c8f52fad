/** The conversation: carries out what a visitor wants, keeps the state, and has it shown, announced and stored. */

import { answer, asMarkdown } from './asking.js';
import type { Connection } from './connection.js';
import { type Clock, Countdown } from './countdown.js';
import type { Messages } from './messages.js';
import * as state from './state.js';
import { newConversationId, readSources, save } from './store.js';
import { readTrouble, type Trouble } from './trouble.js';
import type { View } from './view.js';

/** What surrounds a conversation: the element, or a test. */
export interface Surroundings {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly words: Messages;
  /** Null when nothing is to be stored. */
  readonly storeKey: string | null;
  /** Dispatches an event; false when the page prevented it. */
  tell(name: string, detail: unknown): boolean;
}

export class Conversation {
  state: state.State;
  #around: Surroundings;
  #view: View;
  #countdown: Countdown | null = null;
  #controller: AbortController | null = null;
  #warned = '';

  constructor(around: Surroundings, view: View, begin: state.State) {
    this.#around = around;
    this.#view = view;
    this.state = begin;
  }

  get mayAsk(): boolean {
    const until = state.waitsUntil(this.state);
    const waits = until !== null && until > this.#around.clock.now();
    return !this.state.trouble && !state.isBusy(this.state) && !waits;
  }

  /** Asks; false when that is not possible now or the page did not want it. */
  ask(text: string): boolean {
    const question = text.trim();
    if (!question || !this.mayAsk) return false;
    if (!this.#around.tell('nodai-ask', { question, conversationId: this.state.conversationId })) return false;
    this.#view.draft = '';
    this.dispatch({ type: 'ask', question });
    void this.#run(question);
    return true;
  }

  stop(): void {
    if (!state.isBusy(this.state)) return;
    this.#controller?.abort();
    this.dispatch({ type: 'stopped' });
    this.#view.announce(this.#around.words.stopped);
  }

  retry(): void {
    const turn = state.lastTurn(this.state);
    if (!turn || !this.mayAsk) return;
    const { question } = turn;
    if (!this.#around.tell('nodai-ask', { question, conversationId: this.state.conversationId })) return;
    this.dispatch({ type: 'retry' });
    this.#view.focusLog();
    void this.#run(question);
  }

  /** Takes the last question back into the box. */
  edit(): void {
    const turn = state.lastTurn(this.state);
    if (!turn || state.isBusy(this.state)) return;
    const wait = turn.trouble?.retryAt ? turn.trouble : null;
    this.#view.draft = turn.question;
    // A wait goes on, and is shown where it was.
    if (!wait || !this.#waits(wait)) this.dispatch({ type: 'drop' });
    this.#view.focusBox();
  }

  reset(conversationId = newConversationId()): void {
    this.#controller?.abort();
    this.#countdown?.stop();
    this.dispatch({ type: 'reset', conversationId });
    this.#view.announce('');
  }

  async rate(turn: state.Turn, rating: state.Rating): Promise<void> {
    const { id, runId } = turn;
    if (!runId || turn.rating === rating) return;
    this.dispatch({ type: 'rate', id, rating });
    try {
      await this.#around.connection.transport().rate(runId, rating);
      this.#view.announce(this.#around.words.thanks);
      this.#around.tell('nodai-feedback', { runId, rating });
    } catch (error) {
      this.dispatch({ type: 'rate', id, rating: turn.rating });
      this.#view.announce(this.#around.words.rateFailed);
      this.#report(readTrouble(error, this.#around.clock.now(), navigator.onLine, false), turn.question, error);
    }
  }

  async copy(turn: state.Turn): Promise<boolean> {
    const { words } = this.#around;
    try {
      await navigator.clipboard.writeText(turn.answer);
      this.#view.announce(words.copied);
      return true;
    } catch {
      this.#view.announce(words.copyFailed);
      return false;
    }
  }

  /** The browser is online again: what failed for want of it can be tried again. */
  online(): void {
    const kind = state.lastTurn(this.state)?.trouble?.kind;
    if (kind === 'offline' || kind === 'unreachable') this.#view.announce(this.#around.words.ready);
  }

  /** Ends what goes on by itself. */
  leave(): void {
    this.stop();
    this.#countdown?.stop();
  }

  dispatch(action: state.Action): void {
    const before = this.state;
    this.state = state.reduce(before, action);
    if (this.state === before) return;
    const turn = state.lastTurn(this.state);
    if (action.type === 'delta') {
      if (turn && state.lastTurn(before)?.answer) this.#view.append(turn, action.text);
      else this.#view.render(this.state);
      return;
    }
    this.#view.render(this.state);
    const key = this.#around.storeKey;
    if (key && this.state.turns !== before.turns)
      save(key, { conversationId: this.state.conversationId, turns: [...this.state.turns] });
  }

  /** Counts down to when asking is allowed again; the buttons are off until then. */
  watch(): void {
    this.#countdown?.stop();
    const turn = state.lastTurn(this.state);
    const until = state.waitsUntil(this.state);
    if (!turn || until === null) return;
    this.#countdown = new Countdown(this.#around.clock);
    let waited = false;
    this.#countdown.start(until, (seconds) => {
      this.#view.tick(turn, seconds);
      if (!seconds && waited) this.#view.announce(this.#around.words.ready);
      waited = true;
    });
  }

  /** Says on the console what a developer has to change, once. */
  warn({ code, detail }: Trouble): void {
    if (this.#warned === code + detail) return;
    this.#warned = code + detail;
    console.warn(`<nodai-query> ${code}: ${detail}`);
  }

  #waits({ retryAt }: Trouble): boolean {
    return retryAt !== null && retryAt > this.#around.clock.now();
  }

  async #run(input: string): Promise<void> {
    this.#controller?.abort();
    const controller = new AbortController();
    this.#controller = controller;
    const { signal } = controller;
    const { connection } = this.#around;
    this.#view.announce('');
    this.#view.follow();
    try {
      if (!navigator.onLine) throw new TypeError('The browser is offline.');
      const question = { workflow: connection.workflow, input, conversationId: this.state.conversationId, signal };
      for await (const event of answer(() => connection.transport(), connection.renew, question)) {
        if (signal.aborted) return;
        if (event.type === 'completed') this.#complete(input, event.runId, event.output, event.sources, event.run);
        else this.dispatch(event);
      }
    } catch (error) {
      if (!signal.aborted) this.#fail(error, input);
    }
  }

  #complete(question: string, runId: string, output: unknown, sources: unknown, run: unknown): void {
    this.dispatch({ type: 'completed', runId, answer: asMarkdown(output), sources: readSources(sources) });
    const turn = state.lastTurn(this.state);
    if (!turn) return;
    this.#view.announce(this.#view.spoken(turn) || this.#around.words.empty);
    this.#around.tell('nodai-answer', { question, answer: turn.answer, run });
  }

  #fail(error: unknown, question: string): void {
    const { clock, words } = this.#around;
    const begun = !!state.lastTurn(this.state)?.answer;
    const trouble = readTrouble(error, clock.now(), navigator.onLine, begun);
    this.dispatch({ type: 'failed', trouble });
    this.watch();
    this.#view.announce(words[trouble.kind]);
    this.#report(trouble, question, error);
  }

  #report(trouble: Trouble, question: string, error: unknown): void {
    this.warn(trouble);
    this.#around.tell('nodai-error', { ...trouble, question, error });
  }
}
