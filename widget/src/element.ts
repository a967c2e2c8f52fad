/** The element `<nodai-query>`: attributes and properties in, events and methods out. */

import type { Transport } from './api.js';
import { connect, type Given } from './connection.js';
import { type Conversation, converse, type Surroundings } from './conversation.js';
import { type Clock, systemClock } from './countdown.js';
import { attributeOf, MESSAGE_KEYS } from './messages.js';
import { readPresentation } from './presentation.js';
import type { GetToken } from './session.js';
import { initialState, stateName } from './state.js';
import { claim, load, newConversationId, release, save } from './store.js';
import { createView, type View } from './view.js';

/** Where there is no document, as on a server, the class can be imported but not used. */
const Base = globalThis.HTMLElement ?? (class {} as typeof HTMLElement);
const CONNECTION = ['workflow', 'api-key', 'get-token', 'api-url'];
const LOOK = ['mode', 'lang', 'dir', 'contact-url', 'no-store', 'image-hosts', ...MESSAGE_KEYS.map(attributeOf)];

/**
 * A box to ask a NodAI workflow, with the answer as it streams.
 *
 * @tag nodai-query
 * @tagname nodai-query
 * @attr {string} workflow - The workflow to ask.
 * @attr {string} api-key - A publishable key (`nk_pub_…`).
 * @attr {string} get-token - The name of a global function that answers a client session.
 * @attr {string} api-url - The server; it may be relative to the page.
 * @attr {'inline'|'floating'} mode - In the page, or behind a launcher in its corner.
 * @attr {boolean} open - Whether a floating widget shows its panel.
 * @attr {'auto'|'light'|'dark'} theme - Which colours.
 * @attr {string} lang - Which language: en, de, fr, es or ar.
 * @attr {boolean} no-store - Keeps the conversation out of sessionStorage.
 * @attr {string} contact-url - Where a visitor whose question failed can turn to.
 * @attr {string} image-hosts - Hosts whose images an answer may show, with spaces between them; none without it.
 * @attr {string} heading - The panel's heading.
 * @attr {string} placeholder - What the empty box says; `text-…` overrides any other message.
 *
 * @fires {CustomEvent<AskDetail>} nodai-ask - Before a question is sent; `preventDefault()` keeps it from being sent.
 * @fires {CustomEvent<AnswerDetail>} nodai-answer - An answer is complete.
 * @fires {CustomEvent<ErrorDetail>} nodai-error - A question or a rating failed.
 * @fires {CustomEvent<FeedbackDetail>} nodai-feedback - A rating has been saved.
 * @fires {CustomEvent<null>} nodai-open - The panel was opened.
 * @fires {CustomEvent<null>} nodai-close - The panel was closed.
 *
 * @cssprop --nodai-accent - Buttons and links.
 * @cssprop --nodai-on-accent - Text on the accent.
 * @cssprop --nodai-background - The panel.
 * @cssprop --nodai-surface - Questions and code.
 * @cssprop --nodai-text - Text.
 * @cssprop --nodai-muted - Text of less weight.
 * @cssprop --nodai-border - Lines.
 * @cssprop --nodai-danger - Troubles.
 * @cssprop --nodai-radius - Corners.
 * @cssprop --nodai-font - The font family.
 * @cssprop --nodai-font-size - The font size.
 * @cssprop --nodai-width - The panel's width.
 * @cssprop --nodai-height - The panel's greatest height.
 * @cssprop --nodai-z-index - The layer of a floating widget.
 *
 * @csspart panel - Everything but the launcher.
 * @csspart launcher - The button of a floating widget.
 * @csspart header - The heading and its buttons.
 * @csspart heading - The heading.
 * @csspart log - The conversation.
 * @csspart question - A question.
 * @csspart answer - An answer.
 * @csspart notice - What went wrong.
 * @csspart sources - The sources of an answer.
 * @csspart action - A button below an answer.
 * @csspart form - The box and its buttons.
 * @csspart input - The box.
 * @csspart send - The button that asks.
 * @csspart stop - The button that stops an answer.
 * @csspart link - A link in an answer.
 */
export class NodaiQuery extends Base {
  static readonly observedAttributes = [...CONNECTION, ...LOOK, 'open'];

  #given: Given = { transport: null, getToken: null };
  #around: Surroundings = {
    clock: systemClock,
    storeKey: null,
    tell: (name, detail) => {
      const cancelable = name === 'nodai-ask';
      return this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable }));
    },
  };
  #conversation: Conversation | null = null;
  #view!: View;
  #live = false;
  /** Which assistant the conversation is with, the name it is stored by, and this widget's name among the landmarks. */
  #assistant = '';
  #key = '';
  #heading = '';
  #name = '';

  /** The one word for where the widget is: closed, open, asking, streaming, answered, stopped, or a kind of trouble. */
  get state(): string {
    return this.#conversation ? stateName(this.#conversation.state) : 'closed';
  }

  /** A transport of the page's own, in place of NodAI's. */
  get transport(): Transport | null {
    return this.#given.transport;
  }

  set transport(transport: Transport | null) {
    this.#given.transport = transport;
    this.#connect();
  }

  /** Answers a client session from the page's backend; the attribute `get-token` names a global function instead. */
  get getToken(): GetToken | null {
    return this.#given.getToken;
  }

  set getToken(getToken: GetToken | null) {
    this.#given.getToken = getToken;
    this.#connect();
  }

  /** Where the time comes from. */
  get clock(): Clock {
    return this.#around.clock;
  }

  set clock(clock: Clock) {
    this.#around.clock = clock;
    this.#present();
  }

  connectedCallback(): void {
    // A move takes the element out and puts it back: nothing of it begins again.
    if (this.#live) return;
    this.#live = true;
    // Properties that the page set before the element was defined.
    for (const name of ['transport', 'getToken', 'clock'] as const)
      if (Object.hasOwn(this, name)) {
        const value = this[name];
        Reflect.deleteProperty(this, name);
        Object.assign(this, { [name]: value });
      }
    addEventListener('online', this.#online);
    addEventListener('pagehide', this.#keep);
    this.#connect();
  }

  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (this.isConnected || !this.#live) return;
      this.#conversation?.leave();
      this.#live = false;
      removeEventListener('online', this.#online);
      removeEventListener('pagehide', this.#keep);
      release(this.#key);
      release(this.#name);
      this.#key = this.#name = '';
    });
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after) return;
    if (name === 'open') this.#show(after !== null);
    else if (CONNECTION.includes(name)) this.#connect();
    else this.#present();
  }

  /** Asks a question, or what is typed; false when it cannot be asked now or the page did not want it to be. */
  ask(question: string = this.#view?.box.value): boolean {
    if (!this.#live || !this.#conversation?.ask(`${question}`)) return false;
    this.#show(true);
    return true;
  }

  /** Ends the answer that is on its way; what has arrived stays. */
  stop(): void {
    this.#conversation?.stop();
  }

  /** Shows the panel of a floating widget and goes to its box. */
  open(): void {
    this.#show(true);
    this.#view?.box.focus({ preventScroll: true });
  }

  /** Hides the panel of a floating widget; an answer goes on arriving. */
  close(): void {
    this.#show(false);
  }

  /** Begins a new conversation. */
  reset(): void {
    const inside = this.shadowRoot?.activeElement;
    this.#conversation?.reset();
    if (inside) this.#view.box.focus();
  }

  #online = (): void => this.#conversation?.online();
  #keep = (): void => this.#conversation?.keep();

  get #floating(): boolean {
    return this.getAttribute('mode') === 'floating';
  }

  #findStore(): void {
    this.#around.storeKey = this.hasAttribute('no-store') ? null : this.#key;
  }

  /** Takes the connection's attributes; another assistant means another conversation. */
  #connect(): void {
    if (!this.#live) return;
    const around = this.#around;
    around.workflow = (this.getAttribute('workflow') ?? '').trim();
    around.connection = connect(this, this.#given, () => around.clock.now());
    const { trouble } = around.connection;
    const assistant = `nodai ${this.getAttribute('api-url') ?? ''} ${around.workflow}`;
    const other = assistant !== this.#assistant;
    if (other || !this.#key) {
      release(this.#key);
      this.#key = claim(assistant);
    }
    this.#assistant = assistant;
    this.#findStore();
    if (!this.#conversation) this.#conversation = this.#begin();
    else if (other) {
      // First read: beginning anew is stored, too.
      const stored = load(around.storeKey);
      this.#conversation.reset(stored?.conversationId, stored?.turns);
    }
    this.#conversation.dispatch({ type: 'setup', trouble });
    // A page may set one attribute after another: it is warned of what is still missing when it has done so.
    queueMicrotask(() => {
      if (trouble && this.#conversation?.state.trouble === trouble) this.#conversation.warn(trouble);
    });
    this.#present();
  }

  #begin(): Conversation {
    this.#view = createView(this.shadowRoot ?? this.attachShadow({ mode: 'open' }), {
      ask: (question) => this.ask(question),
      stop: () => this.stop(),
      open: () => this.open(),
      close: () => this.close(),
      reset: () => this.reset(),
      retry: () => conversation.retry(),
      edit: () => conversation.edit(),
      rate: (turn, rating) => void conversation.rate(turn, rating),
      copy: (turn) => conversation.copy(turn),
    });
    const open = !this.#floating || this.hasAttribute('open');
    const conversation = converse(this.#around as Required<Surroundings>, this.#view, {
      ...initialState(newConversationId(), open),
      ...load(this.#around.storeKey),
    });
    return conversation;
  }

  /** Takes the attributes that change only how the widget looks and what it says. */
  #present(): void {
    const conversation = this.#conversation;
    const around = this.#around;
    if (!conversation || !this.#live) return;
    const presentation = readPresentation(this);
    const { words, coming } = presentation;
    around.words = words;
    if (!this.#name || words.heading !== this.#heading) {
      release(this.#name);
      this.#name = claim(words.heading);
      this.#heading = words.heading;
    }
    void coming?.then(() => this.#present());
    this.#findStore();
    if (!around.storeKey) save(this.#key, null);
    if (!this.#floating) conversation.dispatch({ type: 'open' });
    else if (!this.hasAttribute('open')) conversation.dispatch({ type: 'close' });
    this.#view.present({ ...presentation, floating: this.#floating, name: this.#name, clock: around.clock });
    this.#view.render(conversation.state);
    conversation.watch();
  }

  #show(open: boolean): void {
    const conversation = this.#conversation;
    if (!this.#live || !this.#floating || !conversation || open === conversation.state.open) return;
    const inside = this.shadowRoot?.activeElement;
    conversation.dispatch({ type: open ? 'open' : 'close' });
    this.toggleAttribute('open', open);
    if (!open && inside) this.#view.launcher.focus();
    this.#around.tell(open ? 'nodai-open' : 'nodai-close', null);
  }
}
