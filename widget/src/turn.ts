/** One question and its answer on the page. */

import { timeText } from './countdown.js';
import { type Child, type Described, make, update } from './dom.js';
import { makeLink, safeUrl, showHost } from './links.js';
import { markdown } from './markdown.js';
import { fill } from './messages.js';
import type { Rating, Turn } from './state.js';
import type { Setting } from './view.js';

/** What a visitor can do with a turn. */
export interface TurnIntents {
  retry(): void;
  edit(): void;
  rate(turn: Turn, rating: Rating): void;
  copy(turn: Turn): Promise<boolean>;
}

export interface TurnView {
  readonly element: HTMLElement;
  /** The next piece of a streaming answer: the only thing on the page that changes. */
  append(text: string): void;
  /** Brings it up to the turn; so many seconds are to be waited. */
  show(turn: Turn, last: boolean, seconds: number): void;
  /** The answer as it would be read out. */
  spoken(): string;
}

/** For a turn whose answer only grows; an answer that is replaced gets another. */
export function viewTurn({ words, language, contactUrl, imageHosts, clock }: Setting, intents: TurnIntents): TurnView {
  const element = make('div', { part: 'turn' });
  const answer = make('div', { part: 'answer', dir: 'auto' });
  const write = markdown(answer, words, imageHosts);
  let shown = 0;
  let ended = false;
  let copied = false;
  let sources: Element | null = null;
  let again = (): void => {};

  const append = (text: string): void => {
    shown += text.length;
    write(text);
  };

  const copy = async (turn: Turn): Promise<void> => {
    if (!(await intents.copy(turn))) return;
    copied = true;
    again();
    clock.after(2000, () => {
      copied = false;
      again();
    });
  };

  /** The sources, and links to them where the answer refers to them. */
  const listSources = ({ sources: given }: Turn): void => {
    const links = given.map(({ url }) => safeUrl(url ?? ''));
    const items = given.map(({ title, snippet }, at): Described => {
      const url = links[at];
      const link = url && makeLink(url);
      if (link) link.append(title || link.href);
      if (url && link) showHost(link, url);
      const name: Child = link ? [link, {}] : title;
      return ['li', {}, ['bdi', {}, name], snippet && ['p', { class: 'snippet' }, ['bdi', {}, snippet]]];
    });
    sources = make('div', { part: 'sources' }, ['h3', {}, words.sources], ['ol', {}, ...items]);
    for (const element of answer.querySelectorAll('.cite')) {
      const name = element.textContent ?? '';
      const at = Number(name.slice(1, -1)) - 1;
      const url = links[at];
      const label = `${name} ${given[at]?.title}`;
      if (url) element.replaceWith(make(makeLink(url, { class: 'cite', 'aria-label': label }), {}, name));
    }
  };

  const notice = ({ trouble, status, answer }: Turn, seconds: number): Child => {
    if (trouble) {
      const time = timeText(seconds, language);
      const wait = seconds ? fill(words.wait, { time }) : words.ready;
      const { kind, requestId, retryAt } = trouble;
      return [
        'div',
        { part: 'notice bad' },
        ['p', {}, words[kind]],
        !!retryAt && ['p', { role: 'timer' }, wait],
        contactUrl && ['p', {}, ['a', { href: contactUrl, part: 'contact' }, words.contact]],
        requestId && ['p', { class: 'small' }, fill(words.reference, { id: requestId })],
      ];
    }
    const empty = status === 'answered' && !answer.trim();
    if (!empty && status !== 'stopped') return null;
    return ['div', { part: 'notice' }, ['p', {}, words[empty ? 'empty' : 'stopped']]];
  };

  const button = (part: string, text: string, onclick: () => void, attributes = {}): Described => {
    return ['button', { type: 'button', part: `action ${part}`, onclick, ...attributes }, text];
  };

  const show = (turn: Turn, last: boolean, seconds: number): void => {
    const { status, rating } = turn;
    const busy = status === 'asking' || status === 'streaming';
    const failed = status === 'failed';
    const rate = (value: Rating, text: string): Child =>
      status === 'answered' &&
      !!turn.runId &&
      button(value, text, () => intents.rate(turn, value), { 'aria-pressed': `${rating === value}` });
    if (turn.answer.length > shown) append(turn.answer.slice(shown));
    if (!busy && !ended) {
      ended = true;
      write('', true);
      if (status === 'answered' && turn.sources.length) listSources(turn);
    }
    again = () => show(turn, last, seconds);
    update(element, [
      ['p', { part: 'question' }, ['span', { class: 'sr' }, `${words.asked} `], ['bdi', {}, turn.question]],
      [answer, { 'aria-busy': `${busy}` }],
      busy && !turn.answer && ['p', { part: 'thinking' }, words.asking],
      notice(turn, seconds),
      sources && [sources, {}],
      !busy && [
        'div',
        { part: 'actions' },
        !!turn.answer && button('copy', copied ? words.copied : words.copy, () => copy(turn)),
        rate('up', words.helpful),
        rate('down', words.unhelpful),
        last && button('retry', failed ? words.retry : words.again, intents.retry, { disabled: seconds > 0 }),
        last && failed && button('edit', words.edit, intents.edit),
      ],
    ]);
  };

  const spoken = (): string => Array.from(answer.children, (block) => block.textContent).join('\n');
  return { element, append, show, spoken };
}
