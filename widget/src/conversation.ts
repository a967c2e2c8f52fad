/** The conversation: carries out what a visitor wants, keeps the state, and has it shown, announced and stored. */

import type { AnswerEvent } from './api.js';
import { answer, asMarkdown } from './asking.js';
import type { Connection } from './connection.js';
import { type Clock, countDown } from './countdown.js';
import type { Messages } from './messages.js';
import { type Action, isBusy, lastTurn, type Rating, reduce, type State, type Turn, waitsUntil } from './state.js';
import { newConversationId, readSources, save } from './store.js';
import { readTrouble, type Trouble } from './trouble.js';
import type { View } from './view.js';

/** What surrounds a conversation: the element, or a test. */
export interface Surroundings {
  workflow?: string;
  connection?: Connection;
  clock: Clock;
  words?: Messages;
  /** Null when nothing is to be stored. */
  storeKey: string | null;
  /** Dispatches an event; false when the page prevented it. */
  tell(name: string, detail: unknown): boolean;
}

export interface Conversation {
  readonly state: State;
  dispatch(action: Action): void;
  /** Asks; false when that is not possible now or the page did not want it. */
  ask(text: string): boolean;
  stop(): void;
  retry(): void;
  /** Takes the last question back into the box. */
  edit(): void;
  reset(conversationId?: string, turns?: readonly Turn[]): void;
  rate(turn: Turn, rating: Rating): Promise<void>;
  copy(turn: Turn): Promise<boolean>;
  /** Stores what is there now. */
  keep(): void;
  /** The browser is online again: what failed for want of it can be tried again. */
  online(): void;
  /** Ends what goes on by itself. */
  leave(): void;
  /** Counts down to when asking is allowed again; the buttons are off until then. */
  watch(): void;
  /** Says on the console what a developer has to change, once. */
  warn(trouble: Trouble): void;
}

export function converse(around: Required<Surroundings>, view: View, first: State): Conversation {
  let state = first;
  let stopWatch = (): void => {};
  let controller = new AbortController();
  let warned = '';

  const seconds = (): number => Math.max(0, (waitsUntil(state) ?? 0) - around.clock.now());

  const dispatch = (action: Action): void => {
    const before = state;
    state = reduce(before, action);
    if (state === before) return;
    if (action.type === 'delta' && lastTurn(before)?.answer) {
      view.append(action.text);
      return;
    }
    view.render(state);
    if (action.type !== 'delta' && state.turns !== before.turns) keep();
  };

  const keep = (): void => {
    const { conversationId, turns } = state;
    if (around.storeKey) save(around.storeKey, { conversationId, turns });
  };

  const watch = (): void => {
    stopWatch();
    if (!seconds()) return;
    stopWatch = countDown(around.clock, waitsUntil(state) as number, (left) => {
      view.render(state);
      if (!left) view.announce(around.words.ready);
    });
  };

  const warn = ({ code, detail }: Trouble): void => {
    if (warned === code + detail) return;
    warned = code + detail;
    console.warn(`<nodai-query> ${code}: ${detail}`);
  };

  const report = (trouble: Trouble, question: string, error: unknown): void => {
    warn(trouble);
    around.tell('nodai-error', { ...trouble, question, error });
  };

  const hear =
    (input: string) =>
    (event: AnswerEvent): void => {
      if (event.type !== 'completed') {
        dispatch(event);
        return;
      }
      const { runId, output, sources, run } = event;
      dispatch({ type: 'completed', runId, answer: asMarkdown(output), sources: readSources(sources) });
      view.announce(view.spoken() || around.words.empty);
      around.tell('nodai-answer', { question: input, answer: lastTurn(state)?.answer, run });
    };

  const run = async (input: string): Promise<void> => {
    controller.abort();
    controller = new AbortController();
    const { signal } = controller;
    const { workflow, connection } = around;
    const { transport, renew } = connection;
    view.announce('');
    view.follow();
    try {
      if (!navigator.onLine) throw new TypeError('The browser is offline.');
      await answer(transport, renew, { workflow, input, conversationId: state.conversationId, signal }, hear(input));
    } catch (error) {
      if (signal.aborted) return;
      const trouble = readTrouble(error, around.clock.now(), navigator.onLine, !!lastTurn(state)?.answer);
      dispatch({ type: 'failed', trouble });
      watch();
      view.announce(around.words[trouble.kind]);
      report(trouble, input, error);
    }
  };

  /** Asks, unless that is not possible now or the page does not want it. */
  const begin = (question: string, action: Action): boolean => {
    if (!question || state.trouble || isBusy(state) || seconds()) return false;
    if (!around.tell('nodai-ask', { question, conversationId: state.conversationId })) return false;
    dispatch(action);
    void run(question);
    return true;
  };

  const stop = (): void => {
    if (!isBusy(state)) return;
    controller.abort();
    dispatch({ type: 'stopped' });
    view.announce(around.words.stopped);
  };

  return {
    get state() {
      return state;
    },
    dispatch,
    keep,
    watch,
    warn,
    stop,
    ask(text) {
      const question = text.trim();
      const asked = begin(question, { type: 'ask', question });
      if (asked) view.box.value = '';
      return asked;
    },
    retry() {
      if (begin(lastTurn(state)?.question ?? '', { type: 'retry' })) view.log.focus({ preventScroll: true });
    },
    edit() {
      const turn = lastTurn(state);
      if (!turn || isBusy(state)) return;
      view.box.value = turn.question;
      // A wait goes on, and is shown where it was.
      if (!seconds()) dispatch({ type: 'drop' });
      view.box.focus({ preventScroll: true });
    },
    reset(conversationId = newConversationId(), turns = []) {
      controller.abort();
      stopWatch();
      dispatch({ type: 'reset', conversationId, turns });
      view.announce('');
    },
    async rate({ id, runId, rating: before, question }, rating) {
      if (!runId || before === rating) return;
      const { words } = around;
      dispatch({ type: 'rate', id, rating });
      try {
        await around.connection.transport().rate(runId, rating);
        view.announce(words.thanks);
        around.tell('nodai-feedback', { runId, rating });
      } catch (error) {
        dispatch({ type: 'rate', id, rating: before });
        view.announce(words.rateFailed);
        report(readTrouble(error, around.clock.now(), navigator.onLine, false), question, error);
      }
    },
    async copy(turn) {
      const { copied, copyFailed } = around.words;
      const done = await navigator.clipboard?.writeText(turn.answer).then(
        () => true,
        () => false,
      );
      view.announce(done ? copied : copyFailed);
      return !!done;
    },
    online() {
      if (/^(offline|unreachable)$/.test(lastTurn(state)?.trouble?.kind ?? '')) view.announce(around.words.ready);
    },
    leave() {
      stop();
      stopWatch();
    },
  };
}
