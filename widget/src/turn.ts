/** One question and its answer on the page. */

import { timeText } from './countdown.js';
import { button, type Child, type Described, make, update } from './dom.js';
import { makeLink, safeUrl, showHost } from './links.js';
import { type Markdown, markdown } from './markdown.js';
import type { Presentation } from './presentation.js';
import { isBusy, type Rating, type Source, type Turn } from './state.js';

/** What a visitor can do with a turn. */
export interface TurnIntents {
  retry(event: Event): void;
  edit(event: Event): void;
  rate(turn: Turn, rating: Rating): void;
  /** Has something said once to those who listen. */
  announce(text: string): void;
}

export interface TurnView {
  readonly element: HTMLElement;
  /** Brings it up to the turn; so many seconds are to be waited. */
  show(turn: Turn, last: boolean, seconds: number): void;
}

export function viewTurn({ words, language, contactUrl, imageHosts }: Presentation, intents: TurnIntents): TurnView {
  const element = make('div', { part: 'turn' });
  const answer = make('div', { part: 'answer', dir: 'auto' });
  let write: Markdown;
  /** What of the answer is there, and the sources that it ended with. */
  let shown = '';
  let ended: readonly Source[] | null = null;
  let sources: Element | null = null;
  let wasBusy = false;
  let before: Turn | null = null;

  const begin = (): void => {
    answer.replaceChildren();
    write = markdown(answer, words, imageHosts);
    shown = '';
    ended = sources = null;
  };

  /** The sources, and links to them where the answer refers to them. */
  const listSources = (given: readonly Source[]): void => {
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

  const copy = async (text: string, place: Element): Promise<void> => {
    let said = words.copied;
    try {
      // Pages that are not served by https have no clipboard.
      await navigator.clipboard.writeText(text);
    } catch {
      said = words.failed;
    }
    place.textContent = said;
    intents.announce(said);
  };

  begin();
  return {
    element,
    show(turn, last, seconds) {
      // In a long conversation only the end changes.
      if (turn === before && !last) return;
      before = last ? null : turn;
      const { status, trouble, rating } = turn;
      const busy = isBusy(turn);
      // Asked again, or answered otherwise than its pieces said.
      if ((ended && ended !== turn.sources) || !turn.answer.startsWith(shown)) begin();
      write(turn.answer.slice(shown.length));
      shown = turn.answer;
      if (!busy && !ended) {
        ended = turn.sources;
        write('', true);
        if (ended.length) listSources(ended);
      }
      const note = trouble
        ? words[trouble.kind]
        : status === 'stopped'
          ? words.stopped
          : !busy && !shown.trim()
            ? words.empty
            : '';
      const rate = (value: Rating, text: string): Child =>
        !!turn.runId &&
        status === 'answered' &&
        button(`action ${value}`, text, () => intents.rate(turn, value), { 'aria-pressed': `${rating === value}` });
      update(element, [
        ['p', { part: 'question' }, ['span', { class: 'sr' }, `${words.asked} `], ['bdi', {}, turn.question]],
        [answer, { 'aria-busy': `${busy}` }],
        busy && !shown && ['p', { part: 'thinking' }, words.asking],
        note && [
          'div',
          { part: trouble ? 'notice bad' : 'notice' },
          ['p', {}, note],
          !!trouble?.retryAt && [
            'p',
            { role: 'timer' },
            seconds ? words.wait.replace('{time}', timeText(seconds, language)) : words.ready,
          ],
          trouble && contactUrl && ['p', {}, ['a', { href: contactUrl, part: 'contact' }, words.contact]],
          trouble?.requestId && ['p', { class: 'small' }, `${words.reference} ${trouble.requestId}`],
        ],
        sources && [sources, {}],
        !busy && [
          'div',
          { part: 'actions' },
          !!shown && button('action copy', words.copy, ({ target }) => copy(shown, target as Element)),
          rate('up', words.helpful),
          rate('down', words.unhelpful),
          last && button('action retry', words.retry, intents.retry, { disabled: seconds > 0 }),
          last && status === 'failed' && button('action edit', words.edit, intents.edit),
        ],
      ]);
      // The whole answer at once, when it is there, is enough to listen to.
      // biome-ignore lint/performance/useDomNodeTextContent: it keeps the blocks and cells apart
      if (wasBusy !== busy) intents.announce(busy ? '' : note || answer.innerText);
      wasBusy = busy;
    },
  };
}
