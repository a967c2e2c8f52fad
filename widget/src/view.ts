/** The panel: builds the widget's elements once and brings them up to a state; it decides nothing. */

import { timeText } from './countdown.js';
import { icon, make, setText } from './dom.js';
import { isBusy, lastTurn, type State, stateName, type Turn } from './state.js';
import { widgetStyles } from './styles.js';
import { type Look, type TurnIntents, TurnView } from './turn_view.js';

/** What a visitor can do. */
export interface Intents extends TurnIntents {
  ask(question: string): void;
  stop(): void;
  open(): void;
  close(): void;
  reset(): void;
}

/** How the widget presents itself, apart from its state. */
export interface Setting extends Look {
  floating: boolean;
  language: string;
  direction: string | null;
  /** The name of this widget among the page's landmarks. */
  name: string;
  /** The words are on their way; until then nothing is shown, but the place is kept. */
  coming: unknown;
}

const CHAT = 'M4 5h16v11H9l-5 4z';
const CROSS = 'M6 6l12 12M18 6L6 18';
const PLUS = 'M12 5v14M5 12h14';
/** Nearer to the end than this, the log follows what arrives. */
const NEAR_PX = 48;

export class View {
  #intents: Intents;
  #setting: Setting | null = null;
  #turns = new Map<number, TurnView>();
  #conversation = '';
  #follows = true;
  #top = 0;
  #scrolls = false;
  #box = make('textarea', { rows: '1', part: 'input', id: 'box' });
  #label = make('label', { for: 'box', class: 'sr' });
  #send = make('button', { type: 'submit', part: 'send', class: 'main' });
  #stop = make('button', { type: 'button', part: 'stop', onclick: () => this.#halt() });
  #form = make('form', { part: 'form' }, this.#label, this.#box, this.#stop, this.#send);
  #greeting = make('p', { class: 'greeting', part: 'greeting' });
  #log = make('div', { class: 'log', part: 'log', role: 'group', tabindex: '0' }, this.#greeting);
  #setup = make('div', { class: 'notice bad', part: 'notice setup' });
  #heading = make('h2', { id: 'heading', part: 'heading' });
  #reset = make('button', { type: 'button', part: 'reset', onclick: () => this.#intents.reset() }, icon(PLUS));
  #close = make('button', { type: 'button', part: 'close', onclick: () => this.#intents.close() }, icon(CROSS));
  #header = make('header', { part: 'header' }, this.#heading, this.#reset, this.#close);
  #panel = make('div', { class: 'panel', part: 'panel', id: 'panel', role: 'group', 'aria-labelledby': 'heading' });
  #launcherText = make('span');
  #launcher = make('button', { class: 'launcher main', part: 'launcher', type: 'button', 'aria-haspopup': 'dialog' });
  #status = make('div', { class: 'sr', role: 'status' });
  #frame = make('div', { role: 'region' });

  constructor(root: ShadowRoot, intents: Intents) {
    this.#intents = intents;
    root.adoptedStyleSheets = [widgetStyles()];
    this.#launcher.append(icon(CHAT), this.#launcherText);
    this.#launcher.addEventListener('click', () => intents.open());
    this.#log.append(this.#setup);
    this.#panel.append(this.#header, this.#log, this.#form);
    this.#panel.addEventListener('keydown', (event) => this.#key(event));
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#log.addEventListener('scroll', () => {
      const { scrollHeight, scrollTop, clientHeight } = this.#log;
      const near = scrollHeight - scrollTop - clientHeight < NEAR_PX;
      // Only a way up is the visitor's: from what arrives the end is far, too.
      if (near || scrollTop < this.#top) this.#follows = near;
      this.#top = scrollTop;
    });
    this.#frame.append(this.#launcher, this.#panel, this.#status);
    root.append(this.#frame);
  }

  /** What is typed and not asked yet. */
  get draft(): string {
    return this.#box.value;
  }

  set draft(text: string) {
    this.#box.value = text;
  }

  /** Takes words, language and mode; what was rendered with others is rendered anew. */
  present(setting: Setting, state: State): void {
    this.#setting = setting;
    const { words, floating } = setting;
    setText(this.#heading, words.heading);
    setText(this.#label, words.label);
    setText(this.#send, words.send);
    setText(this.#stop, words.stop);
    setText(this.#greeting, words.greeting);
    setText(this.#launcherText, words.launcher);
    this.#box.placeholder = words.placeholder;
    this.#log.setAttribute('aria-label', words.conversation);
    for (const [button, text] of [
      [this.#reset, words.newConversation],
      [this.#close, words.close],
    ] as const) {
      button.setAttribute('aria-label', text);
      button.title = text;
    }
    this.#frame.className = floating ? 'floating' : 'inline';
    this.#frame.classList.toggle('coming', !!setting.coming);
    this.#frame.setAttribute('aria-label', setting.name);
    this.#frame.lang = setting.language;
    if (setting.direction) this.#frame.dir = setting.direction;
    else this.#frame.removeAttribute('dir');
    this.#panel.setAttribute('role', floating ? 'dialog' : 'group');
    this.#forget();
    this.render(state);
  }

  render(state: State): void {
    const setting = this.#setting;
    if (!setting) return;
    if (state.conversationId !== this.#conversation) this.#forget();
    this.#conversation = state.conversationId;
    const busy = isBusy(state);
    this.#panel.hidden = !state.open;
    this.#panel.dataset.state = stateName(state);
    this.#launcher.hidden = !setting.floating || state.open;
    this.#close.hidden = !setting.floating;
    this.#reset.hidden = !state.turns.length;
    this.#greeting.hidden = !setting.words.greeting;
    this.#showSetup(state);
    this.#box.disabled = !!state.trouble;
    this.#send.hidden = busy;
    this.#stop.hidden = !busy;
    if (!busy) this.#send.disabled = !!state.trouble;
    this.#log.hidden = !state.turns.length && !state.trouble && this.#greeting.hidden;
    this.#showTurns(state, setting);
    this.#scroll();
  }

  /** The next piece of the answer that streams. */
  append(turn: Turn, text: string): void {
    this.#turns.get(turn.id)?.append(text);
    this.#scroll();
  }

  tick(turn: Turn, seconds: number): void {
    this.#send.disabled = seconds > 0;
    this.#turns.get(turn.id)?.tick(seconds, timeText(seconds, this.#setting?.language ?? 'en'));
  }

  /** Says something once to those who listen. */
  announce(text: string): void {
    setText(this.#status, text);
  }

  spoken(turn: Turn): string {
    return this.#turns.get(turn.id)?.spoken ?? '';
  }

  focusBox(): void {
    this.#box.focus({ preventScroll: true });
  }

  focusLauncher(): void {
    this.#launcher.focus();
  }

  focusLog(): void {
    this.#log.focus({ preventScroll: true });
  }

  /** The end of the conversation comes into sight. */
  follow(): void {
    this.#follows = true;
    this.#scroll();
  }

  #forget(): void {
    for (const view of this.#turns.values()) view.element.remove();
    this.#turns.clear();
  }

  #showSetup({ trouble }: State): void {
    this.#setup.hidden = !trouble;
    if (!trouble || !this.#setting) {
      this.#setup.replaceChildren();
      return;
    }
    // The detail is for whoever builds the page, in English like all documentation.
    const detail = make('p', { class: 'small', lang: 'en', dir: 'ltr' }, trouble.detail);
    this.#setup.replaceChildren(make('p', {}, this.#setting.words[trouble.kind]), detail);
  }

  #showTurns(state: State, setting: Setting): void {
    const last = lastTurn(state);
    const gone = new Set(this.#turns.keys());
    for (const turn of state.turns) {
      gone.delete(turn.id);
      let view = this.#turns.get(turn.id);
      if (!view) {
        view = new TurnView(turn, setting, this.#intents);
        this.#turns.set(turn.id, view);
        this.#setup.before(view.element);
      }
      view.render(turn, turn === last);
    }
    for (const id of gone) {
      this.#turns.get(id)?.element.remove();
      this.#turns.delete(id);
    }
  }

  /** Reading sizes is dear: once a frame, however many pieces arrive. */
  #scroll(): void {
    if (this.#scrolls || !this.#follows) return;
    this.#scrolls = true;
    requestAnimationFrame(() => {
      this.#scrolls = false;
      if (this.#follows) this.#log.scrollTop = this.#log.scrollHeight;
    });
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing || event.defaultPrevented) return;
    if (event.key === 'Escape') {
      if (this.#setting?.floating) this.#intents.close();
      else this.#intents.stop();
    } else if (event.key === 'Enter' && !event.shiftKey && event.target === this.#box) {
      event.preventDefault();
      this.#submit();
    }
  }

  #halt(): void {
    this.#intents.stop();
    this.focusBox();
  }

  #submit(): void {
    const question = this.#box.value.trim();
    if (question && !this.#send.disabled && !this.#send.hidden) this.#intents.ask(question);
    this.focusBox();
  }
}
