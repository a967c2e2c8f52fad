/** The panel: brings the widget's elements up to a state; it decides nothing. */

import { button, type Child, make, update } from './dom.js';
import type { Presentation } from './presentation.js';
import { isBusy, lastTurn, type Rating, type State, type Turn, waitsUntil } from './state.js';
import { widgetStyles } from './styles.js';
import { type TurnIntents, type TurnView, viewTurn } from './turn.js';

/** What a visitor can do with the widget. */
export interface Intents {
  ask(): unknown;
  stop(): void;
  open(): void;
  close(): void;
  reset(): void;
}

/** What a visitor can do with a turn. */
interface Acts {
  retry(): void;
  edit(): void;
  rate(turn: Turn, rating: Rating): void;
}

/** How the widget presents itself, apart from its state. */
interface Setting extends Presentation {
  /** What the page has to change before anything can be asked. */
  setup: string;
}

export interface View {
  /** What is typed and not asked yet. */
  readonly box: HTMLTextAreaElement;
  /** Takes words, language and mode; what was rendered with others is rendered anew. */
  present(setting: Setting): void;
  render(state: State): void;
  /** Says something once to those who listen. */
  announce(text: string): void;
}

/** Nearer to the end than this, the log follows what arrives. */
const NEAR_PX = 48;

export function createView(host: HTMLElement & Intents, root: ShadowRoot, acts: Acts): View {
  const box = make('textarea', {}) as HTMLTextAreaElement;
  const log = make('div', {});
  const status = make('div', {});
  let setting: Setting;
  let views: TurnView[] = [];
  let follows = true;
  let waits = false;
  let timer: ReturnType<typeof setTimeout>;

  root.adoptedStyleSheets = [widgetStyles()];
  log.onscroll = () => {
    follows = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX;
  };

  const announce = (text: string): void => {
    status.textContent = text;
  };

  /** The button may be gone when it has done its work, so that the focus goes on to where the visitor does. */
  const then =
    (act: () => unknown, place: HTMLElement = box) =>
    (event: Event): void => {
      event.preventDefault();
      act();
      place.focus();
    };
  const submit = then(() => host.ask());
  const intents: TurnIntents = { ...acts, announce, retry: then(acts.retry, log), edit: then(acts.edit) };

  const onkeydown = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (event.key === 'Escape') host[setting.floating ? 'close' : 'stop']();
    if (event.key === 'Enter' && !event.shiftKey && event.target === box) submit(event);
  };

  /** A button with a sign for its word. */
  const sign = (part: 'reset' | 'close', text: string, act: (event: Event) => void, hidden: boolean): Child => {
    const name = setting.words[part];
    return button(part, text, act, { 'aria-label': name, title: name, hidden });
  };

  const showTurn = (turn: Turn, at: number, last: boolean, seconds: number): Element => {
    const view = views[at] ?? viewTurn(setting, intents);
    views[at] = view;
    view.show(turn, last, seconds);
    return view.element;
  };

  const render = (state: State): void => {
    const { words, floating, setup } = setting;
    const last = lastTurn(state);
    const busy = isBusy(last);
    const open = !floating || host.hasAttribute('open');
    const left = Math.max(0, waitsUntil(last) - Date.now());
    const seconds = Math.ceil(left / 1000);
    clearTimeout(timer);
    // To the next whole second, so that a late timer does not make the next one late.
    if (left && host.isConnected) timer = setTimeout(render, left % 1000 || 1000, state);
    if (waits && !left) announce(words.ready);
    waits = left > 0;
    if (last?.status === 'asking') follows = true;
    views.length = state.turns.length;
    update(root, [
      [
        'div',
        {
          class: `${floating ? 'floating' : ''}${setting.coming ? ' coming' : ''}`,
          role: floating && 'region',
          'aria-label': floating && words.heading,
          lang: setting.language,
          dir: setting.direction,
        },
        button('launcher', words.launcher, () => host.open(), {
          hidden: !floating || open,
          'aria-haspopup': 'dialog',
        }),
        [
          'div',
          {
            part: 'panel',
            role: floating ? 'dialog' : 'group',
            'aria-labelledby': 'heading',
            hidden: !open,
            onkeydown,
          },
          [
            'header',
            { part: 'header' },
            ['h2', { id: 'heading', part: 'heading' }, words.heading],
            sign(
              'reset',
              '+',
              then(() => host.reset()),
              !last,
            ),
            sign('close', '×', () => host.close(), !floating),
          ],
          [
            log,
            { part: 'log', role: 'group', 'aria-label': words.conversation, hidden: !last, tabindex: '0' },
            // Without any child it would keep those that it has.
            null,
            ...state.turns.map((turn, at): Child => [showTurn(turn, at, turn === last, seconds), {}]),
          ],
          setup && [
            'div',
            { part: 'notice bad setup' },
            ['p', {}, words.setup],
            // The detail is for whoever builds the page, in English like all documentation.
            ['p', { class: 'small', lang: 'en', dir: 'ltr' }, setup],
          ],
          [
            'form',
            { part: 'form', onsubmit: submit },
            [
              box,
              {
                part: 'input',
                'aria-label': words.placeholder,
                placeholder: words.placeholder,
                disabled: !!setup,
                rows: '1',
              },
            ],
            button(
              'stop',
              words.stop,
              then(() => host.stop()),
              { hidden: !busy },
            ),
            button('send', words.send, submit, { disabled: !!setup || waits, hidden: busy }),
          ],
        ],
        [status, { class: 'sr', role: 'status' }],
      ],
    ]);
    if (follows) log.scrollTop = log.scrollHeight;
  };

  return {
    box,
    announce,
    render,
    present(given) {
      setting = given;
      views = [];
    },
  };
}
