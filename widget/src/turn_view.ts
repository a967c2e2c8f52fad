/** One question and its answer on the page. */

import type { Clock } from './countdown.js';
import { make, setText } from './dom.js';
import { makeLink, safeUrl, showHost } from './links.js';
import { Markdown } from './markdown.js';
import { fill, type Messages } from './messages.js';
import type { Rating, Turn } from './state.js';

/** What a visitor can do with a turn. */
export interface TurnIntents {
  retry(): void;
  edit(): void;
  rate(turn: Turn, rating: Rating): void;
  copy(turn: Turn): Promise<boolean>;
}

export interface Look {
  words: Messages;
  contactUrl: string | null;
  clock: Clock;
}

export class TurnView {
  readonly element: HTMLElement;
  #look: Look;
  #intents: TurnIntents;
  #turn: Turn;
  #answer = make('div', { class: 'answer', part: 'answer', dir: 'auto' });
  #thinking: HTMLElement;
  #notice = make('div', { class: 'notice', part: 'notice' });
  #wait = make('p', { role: 'timer' });
  #sources = make('div', { class: 'sources', part: 'sources', dir: 'auto' });
  #actions = make('div', { class: 'actions', part: 'actions' });
  #markdown: Markdown | null = null;
  #shown = 0;
  #version = -1;
  #ended = false;
  #actionsFor = '';
  #noticeFor: unknown;

  constructor(turn: Turn, look: Look, intents: TurnIntents) {
    this.#turn = turn;
    this.#look = look;
    this.#intents = intents;
    const asked = make('span', { class: 'sr' }, `${look.words.asked} `);
    const question = make('p', { class: 'question', part: 'question' }, asked, make('bdi', {}, turn.question));
    this.#thinking = make('p', { class: 'thinking', part: 'thinking' }, look.words.asking);
    const parts = [this.#thinking, this.#notice, this.#sources, this.#actions];
    this.element = make('div', { class: 'turn', part: 'turn' }, question, this.#answer, ...parts);
  }

  /** The answer as it would be read out. */
  get spoken(): string {
    return Array.from(this.#answer.children, (block) => block.textContent ?? '').join('\n');
  }

  /** The next piece of a streaming answer: the only thing on the page that changes. */
  append(text: string): void {
    this.#shown += text.length;
    this.#markdown?.write(text);
  }

  render(turn: Turn, last: boolean): void {
    this.#turn = turn;
    const busy = turn.status === 'asking' || turn.status === 'streaming';
    this.#showAnswer(turn, busy);
    this.#answer.setAttribute('aria-busy', String(busy));
    this.#thinking.hidden = !busy || turn.answer !== '';
    this.#showNotice(turn);
    this.#showActions(turn, last, busy);
  }

  /** Shows how long the visitor has to wait; 0 and the way is free. */
  tick(seconds: number, time: string): void {
    const { words } = this.#look;
    setText(this.#wait, seconds ? fill(words.wait, { time }) : words.ready);
    const retry = this.#actions.querySelector<HTMLButtonElement>('[part~=retry]');
    if (retry) retry.disabled = seconds > 0;
  }

  #showAnswer(turn: Turn, busy: boolean): void {
    if (turn.version !== this.#version) {
      this.#answer.replaceChildren();
      this.#sources.replaceChildren();
      this.#markdown = new Markdown(this.#answer, this.#look.words);
      this.#shown = 0;
      this.#ended = false;
      this.#version = turn.version;
    }
    if (turn.answer.length > this.#shown) this.append(turn.answer.slice(this.#shown));
    if (!busy && !this.#ended) {
      this.#ended = true;
      this.#markdown?.end();
      if (turn.status === 'answered') this.#showSources(turn);
    }
    this.#sources.hidden = !this.#sources.hasChildNodes();
  }

  #showSources(turn: Turn): void {
    if (!turn.sources.length) return;
    const list = make('ol');
    const links: (URL | null)[] = [];
    for (const { title, url, snippet } of turn.sources) {
      const address = url ? safeUrl(url) : null;
      links.push(address);
      const item = make('li');
      if (address) {
        const link = makeLink(address);
        link.append(title || address.href);
        showHost(link, address);
        item.append(link);
      } else item.append(title);
      if (snippet) item.append(make('p', { class: 'snippet' }, snippet));
      list.append(item);
    }
    this.#sources.replaceChildren(make('h3', {}, this.#look.words.sources), list);
    for (const { number, element } of this.#markdown?.citations ?? []) {
      const address = links[number - 1];
      if (!address) continue;
      const link = makeLink(address);
      link.className = 'cite';
      link.setAttribute('aria-label', `[${number}] ${turn.sources[number - 1]?.title ?? ''}`);
      link.append(...element.childNodes);
      // No link inside another.
      if (!element.closest('a')) element.replaceWith(link);
    }
  }

  #showNotice(turn: Turn): void {
    const { words, contactUrl } = this.#look;
    const empty = turn.status === 'answered' && !turn.answer.trim();
    const reason = turn.trouble ?? (empty ? 'empty' : turn.status === 'stopped' ? 'stopped' : null);
    this.#notice.hidden = !reason;
    if (reason === this.#noticeFor) return;
    this.#noticeFor = reason;
    this.#notice.classList.toggle('bad', !!turn.trouble);
    if (typeof reason === 'string') this.#notice.replaceChildren(make('p', {}, words[reason]));
    else if (reason) {
      const lines: Node[] = [make('p', {}, words[reason.kind])];
      if (reason.retryAt) lines.push(this.#wait);
      if (contactUrl) lines.push(make('p', {}, make('a', { href: contactUrl, part: 'contact' }, words.contact)));
      if (reason.requestId) lines.push(make('p', { class: 'small' }, fill(words.reference, { id: reason.requestId })));
      this.#notice.replaceChildren(...lines);
    }
  }

  #showActions(turn: Turn, last: boolean, busy: boolean): void {
    const key = [turn.status, last, turn.runId, turn.answer === ''].join();
    this.#actions.hidden = busy;
    if (!busy && key !== this.#actionsFor) {
      this.#actionsFor = key;
      this.#actions.replaceChildren(...this.#buttons(turn, last));
      this.#actions.hidden = !this.#actions.hasChildNodes();
    }
    for (const rating of ['up', 'down'])
      this.#actions.querySelector(`[part~=${rating}]`)?.setAttribute('aria-pressed', String(turn.rating === rating));
  }

  #buttons(turn: Turn, last: boolean): HTMLElement[] {
    const { words } = this.#look;
    const failed = turn.status === 'failed';
    const found: HTMLElement[] = [];
    const button = (part: string, text: string, onclick: (event: Event) => void): void => {
      found.push(make('button', { type: 'button', part: `action ${part}`, onclick }, text));
    };
    if (turn.answer) button('copy', words.copy, (event) => this.#copy(event.currentTarget as HTMLElement));
    if (turn.status === 'answered' && turn.runId) {
      button('up', words.helpful, () => this.#intents.rate(this.#turn, 'up'));
      button('down', words.unhelpful, () => this.#intents.rate(this.#turn, 'down'));
    }
    if (last) button('retry', failed ? words.retry : words.again, () => this.#intents.retry());
    if (last && failed) button('edit', words.edit, () => this.#intents.edit());
    return found;
  }

  async #copy(button: HTMLElement): Promise<void> {
    const { words, clock } = this.#look;
    if (!(await this.#intents.copy(this.#turn))) return;
    setText(button, words.copied);
    clock.after(2000, () => setText(button, words.copy));
  }
}
