/** The panel: brings the widget's elements up to a state; it decides nothing. */

import { type Clock, secondsLeft } from './countdown.js';
import { type Described, icon, make, update } from './dom.js';
import type { Messages } from './messages.js';
import { isBusy, lastTurn, type State, stateName, waitsUntil } from './state.js';
import { widgetStyles } from './styles.js';
import { type TurnIntents, type TurnView, viewTurn } from './turn.js';

/** What a visitor can do. */
export interface Intents extends TurnIntents {
  ask(question: string): void;
  stop(): void;
  open(): void;
  close(): void;
  reset(): void;
}

/** How the widget presents itself, apart from its state. */
export interface Setting {
  words: Messages;
  language: string;
  /** Null when the page's own direction holds. */
  direction: string | null;
  contactUrl: string | null;
  /** Hosts whose images an answer may show. */
  imageHosts: readonly string[];
  floating: boolean;
  /** The name of this widget among the page's landmarks. */
  name: string;
  /** The words are on their way; until then nothing is shown, but the place is kept. */
  coming: unknown;
  clock: Clock;
}

export interface View {
  /** What is typed and not asked yet. */
  readonly box: HTMLTextAreaElement;
  readonly launcher: HTMLElement;
  readonly log: HTMLElement;
  /** Takes words, language and mode; what was rendered with others is rendered anew. */
  present(setting: Setting): void;
  render(state: State): void;
  /** The next piece of the answer that streams. */
  append(text: string): void;
  /** Says something once to those who listen. */
  announce(text: string): void;
  /** The last answer, as it would be read out. */
  spoken(): string;
  /** The end of the conversation comes into sight. */
  follow(): void;
}

const CHAT = 'M4 5h16v11H9l-5 4z';
const CROSS = 'M6 6l12 12M18 6L6 18';
const PLUS = 'M12 5v14M5 12h14';
/** Nearer to the end than this, the log follows what arrives. */
const NEAR_PX = 48;

export function createView(root: ShadowRoot, intents: Intents): View {
  const launcher = make('button', {
    part: 'launcher',
    type: 'button',
    'aria-haspopup': 'dialog',
  });
  const box = make('textarea', { rows: '1', part: 'input', id: 'box' }) as HTMLTextAreaElement;
  const log = make('div', { part: 'log', role: 'group', tabindex: '0' });
  let setting: Setting;
  let turns = new Map<string, TurnView>();
  let last: TurnView | undefined;
  let said = '';
  let follows = true;
  let top = 0;
  let scrolls = false;

  root.adoptedStyleSheets = [widgetStyles()];
  log.onscroll = () => {
    const near = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX;
    // Only a way up is the visitor's: from what arrives the end is far, too.
    if (near || log.scrollTop < top) follows = near;
    top = log.scrollTop;
  };

  /** Reading sizes is dear: once a frame, however many pieces arrive. */
  const scroll = (): void => {
    if (scrolls || !follows) return;
    scrolls = true;
    requestAnimationFrame(() => {
      scrolls = false;
      if (follows) log.scrollTop = log.scrollHeight;
    });
  };

  const submit = (event: Event): void => {
    event.preventDefault();
    intents.ask(box.value);
    box.focus({ preventScroll: true });
  };

  const onkeydown = (event: KeyboardEvent): void => {
    if (event.isComposing || event.defaultPrevented) return;
    if (event.key === 'Escape') intents[setting.floating ? 'close' : 'stop']();
    if (event.key === 'Enter' && !event.shiftKey && event.target === box) submit(event);
  };

  const halt = (): void => {
    intents.stop();
    box.focus({ preventScroll: true });
  };

  const iconButton = (part: string, text: string, path: string, onclick: () => void, hidden: boolean): Described => {
    return ['button', { type: 'button', part, 'aria-label': text, title: text, onclick, hidden }, icon(path)];
  };

  const showTurns = (state: State, seconds: number): Described[] => {
    const old = turns;
    turns = new Map();
    return state.turns.map((turn) => {
      const key = `${state.conversationId} ${turn.id} ${turn.version}`;
      last = old.get(key) ?? viewTurn(setting, intents);
      turns.set(key, last);
      last.show(turn, turn === lastTurn(state), seconds);
      return [last.element, {}];
    });
  };

  const render = (state: State): void => {
    if (!setting) return;
    const { words, floating } = setting;
    const { open, trouble } = state;
    const busy = isBusy(state);
    const seconds = secondsLeft(waitsUntil(state) ?? 0, setting.clock.now());
    update(root, [
      [
        'div',
        {
          role: 'region',
          class: `${floating ? 'floating' : 'inline'}${setting.coming ? ' coming' : ''}`,
          'aria-label': setting.name,
          lang: setting.language,
          dir: setting.direction,
        },
        [launcher, { hidden: !floating || open, onclick: intents.open }, icon(CHAT), ['span', {}, words.launcher]],
        [
          'div',
          {
            part: 'panel',
            role: floating ? 'dialog' : 'group',
            'aria-labelledby': 'heading',
            'data-state': stateName(state),
            hidden: !open,
            onkeydown,
          },
          [
            'header',
            { part: 'header' },
            ['h2', { id: 'heading', part: 'heading' }, words.heading],
            iconButton('reset', words.newConversation, PLUS, intents.reset, !state.turns.length),
            iconButton('close', words.close, CROSS, intents.close, !floating),
          ],
          [
            log,
            { 'aria-label': words.conversation, hidden: !state.turns.length && !words.greeting },
            ['p', { part: 'greeting', hidden: !words.greeting }, words.greeting],
            ...showTurns(state, seconds),
          ],
          !!trouble && [
            'div',
            { part: 'notice bad setup' },
            ['p', {}, words[trouble.kind]],
            // The detail is for whoever builds the page, in English like all documentation.
            ['p', { class: 'small', lang: 'en', dir: 'ltr' }, trouble.detail],
          ],
          [
            'form',
            { part: 'form', onsubmit: submit },
            ['label', { for: 'box', class: 'sr' }, words.label],
            [box, { placeholder: words.placeholder, disabled: !!trouble }],
            ['button', { type: 'button', part: 'stop', onclick: halt, hidden: !busy }, words.stop],
            ['button', { type: 'submit', part: 'send', disabled: !!trouble || seconds > 0, hidden: busy }, words.send],
          ],
        ],
        ['div', { class: 'sr', role: 'status' }, said],
      ],
    ]);
    scroll();
  };

  return {
    box,
    launcher,
    log,
    render,
    present(given) {
      setting = given;
      turns.clear();
    },
    append(text) {
      last?.append(text);
      scroll();
    },
    announce(text) {
      said = text;
      const status = root.querySelector('[role=status]');
      if (status) update(status, [text]);
    },
    spoken: () => last?.spoken() ?? '',
    follow() {
      follows = true;
      scroll();
    },
  };
}
