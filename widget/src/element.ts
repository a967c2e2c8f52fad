/** The element `<nodai-query>`: attributes and properties in, events and methods out. */

import type { Transport } from './api.js';
import { type Connection, connect } from './connection.js';
import { converse } from './conversation.js';
import { attributeOf, MESSAGE_KEYS } from './messages.js';
import { readPresentation } from './presentation.js';
import type { GetToken } from './session.js';
import { lastTurn, stateName } from './state.js';
import { claim, load, newConversation, save } from './store.js';

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

  #root = this.attachShadow({ mode: 'open' });
  #conversation = converse(this, this.#root);
  #transport: Transport | null = null;
  #getToken: GetToken | null = null;
  /** Made anew when what it is made of changes. */
  #connection: Connection | null = null;
  /** Which assistant the conversation is with. */
  #assistant = '';
  #live = false;

  /** The one word for where the widget is: closed, open, asking, streaming, answered, stopped, setup, or a kind of trouble. */
  get state(): string {
    if (!this.#connection || (this.#floating && !this.hasAttribute('open'))) return 'closed';
    return this.#connection.setup ? 'setup' : stateName(lastTurn(this.#conversation.state));
  }

  /** A transport of the page's own, in place of NodAI's. */
  get transport(): Transport | null {
    return this.#transport;
  }

  set transport(transport: Transport | null) {
    this.#transport = transport;
    this.#connect();
  }

  /** Answers a client session from the page's backend; the attribute `get-token` names a global function instead. */
  get getToken(): GetToken | null {
    return this.#getToken;
  }

  set getToken(getToken: GetToken | null) {
    this.#getToken = getToken;
    this.#connect();
  }

  connectedCallback(): void {
    // A move takes the element out and puts it back: nothing of it begins again.
    if (this.#live) return;
    // Properties that the page set before the element was defined.
    const { transport, getToken } = this;
    for (const name of ['transport', 'getToken']) Reflect.deleteProperty(this, name);
    Object.assign(this, { transport, getToken });
    this.#live = true;
    addEventListener('pagehide', this.#conversation.keep);
    this.#connect();
  }

  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#live = false;
      removeEventListener('pagehide', this.#conversation.keep);
      this.#conversation.stop();
    });
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after) return;
    if (name === 'open') this.#toggled(after !== null);
    else if (CONNECTION.includes(name)) this.#connect();
    else this.#present();
  }

  /** Asks a question, or what is typed; false when it cannot be asked now or the page did not want it to be. */
  ask(question: string = this.#conversation.view.box.value): boolean {
    if (!this.#live || !this.#conversation.ask(`${question}`)) return false;
    this.#show(true);
    return true;
  }

  /** Ends the answer that is on its way; what has arrived stays. */
  stop(): void {
    this.#conversation.stop();
  }

  /** Shows the panel of a floating widget and goes to its box. */
  open(): void {
    this.#show(true);
    this.#conversation.view.box.focus();
  }

  /** Hides the panel of a floating widget; an answer goes on arriving. */
  close(): void {
    this.#show(false);
  }

  /** Begins a new conversation. */
  reset(): void {
    this.#conversation.reset();
  }

  get #floating(): boolean {
    return this.getAttribute('mode') === 'floating';
  }

  #show(open: boolean): void {
    if (this.#floating) this.toggleAttribute('open', open);
  }

  #toggled(open: boolean): void {
    if (!this.#live || !this.#floating) return;
    const inside = this.#root.activeElement;
    this.#conversation.render();
    // The launcher is the first of all buttons.
    if (!open && inside) this.#root.querySelector('button')?.focus();
    this.#conversation.tell(open ? 'nodai-open' : 'nodai-close', null);
  }

  /** Takes the attributes and properties that say whom to ask, and with what. */
  #connect(): void {
    if (!this.#live) return;
    const connection = connect(this);
    this.#connection = connection;
    // A page may set one attribute after another: it is warned of what is still missing when it has done so.
    queueMicrotask(() => {
      if (connection.setup && connection === this.#connection) console.warn(`<nodai-query> setup: ${connection.setup}`);
    });
    this.#present();
  }

  /** Takes the attributes that change only how the widget looks and what it says; another assistant is another conversation. */
  #present(): void {
    if (!this.#live) return;
    const connection = this.#connection as Connection;
    const assistant = `nodai ${this.getAttribute('api-url') ?? ''} ${connection.workflow}`;
    const own = claim(assistant, this);
    const key = this.hasAttribute('no-store') ? null : own;
    if (!key) save(own, null);
    const presentation = readPresentation(this);
    void presentation.coming?.then(() => this.#present());
    const other = assistant !== this.#assistant && ((key && load(key)) || newConversation());
    this.#assistant = assistant;
    this.#conversation.present({ ...presentation, ...connection, key }, other);
  }
}
