/** Inline markdown: turns the text of one block into nodes as it arrives; only what the next characters decide is held back. */

import { appendText, make } from './dom.js';
import { makeLink, safeUrl, showHost } from './links.js';

/** What the blocks of one answer share. */
export interface Answer {
  /** References such as `[1]`, which become links when the sources are known. */
  citations: { number: number; element: HTMLElement }[];
  /** Hosts whose images are shown. */
  imageHosts: readonly string[];
  /** Inside a link there are no links. */
  inLink?: boolean;
}

export interface Inline {
  /** Takes a piece of a line, without its line end. */
  feed(piece: string, lineEnds?: boolean): void;
  /** The block goes on with another line. */
  nextLine(): void;
  flush(): void;
  /** The block has ended: a mark without its other end was only a character. */
  end(): void;
}

const TAGS: Record<string, string> = { '*': 'em', _: 'em', '**': 'strong', __: 'strong', '~~': 'del' };
const WORD = /[\p{L}\p{N}]/u;
const WORDS = '(?:[^[\\]\\\\]|\\\\.|\\[[^[\\]]{0,300}\\]){0,300}';
const ADDRESS = '(?:[^()]|\\([^()]{0,300}\\)){0,2048}';
const LINK = new RegExp(`^(!?)\\[(${WORDS})\\]\\((${ADDRESS})\\)`);
/** What may still become a link. */
const LINK_BEGINS = new RegExp(
  `^(?:!|!?\\[${WORDS}(?:\\\\|\\[[^[\\]]{0,300}|\\](?:\\(${ADDRESS}(?:\\([^()]{0,300})?)?)?)$`,
);
const URL_TOKEN = /^https?:\/\/[^\s<>"`*[\]|\u3000-\u303f\uff00-\uffef]{1,2048}/;
const URL_BEGINS = /^h(t(t(p(s?(:\/{0,2})?)?)?)?)?$/;
const TOKEN = /^(?:[^ \t\\*_~`[!h]+|[ \t]+|\\[!-/:-@[-`{-~]?|([*_~`])\1*|[\s\S])/;

export function inline(leaf: HTMLElement, answer: Answer): Inline {
  /** Open emphasis and code, by the characters that opened it. */
  const marks: { marker: string; element: HTMLElement }[] = [];
  let place = leaf;
  let held = '';
  /** Text that is not in the document yet. */
  let text = '';
  let before = '';
  let hardBreak = false;

  const flush = (): void => {
    appendText(place, text);
    text = '';
  };
  const put = (node: HTMLElement): void => {
    flush();
    place.append(node);
  };
  const open = (marker: string, tag: string): void => {
    const element = make(tag, {});
    put(element);
    marks.push({ marker, element });
    place = element;
  };
  const close = (): void => {
    flush();
    marks.pop();
    place = place.parentElement as HTMLElement;
  };
  /** The innermost marks, until so many are left, were only characters. */
  const unwrapTo = (depth: number): void => {
    while (marks.length > depth) {
      const { marker, element } = marks.at(-1) as (typeof marks)[0];
      close();
      element.before(marker);
      while (element.firstChild) element.before(element.firstChild);
      element.remove();
    }
  };

  /** A run of signs closes what is open, else opens, else is text. */
  const emphasize = (run: string, next: string): void => {
    const sign = run.charAt(0);
    const inWord = (character: string): boolean => sign === '_' && WORD.test(character);
    const markers = run.length === 3 && sign !== '~' ? [sign + sign, sign] : [run];
    const depths = markers.map((marker) => marks.findIndex((mark) => mark.marker === marker)).sort((a, b) => b - a);
    if (depths.at(-1) !== -1 && /\S/.test(before) && !inWord(next))
      for (const depth of depths) {
        unwrapTo(depth + 1);
        close();
      }
    else if (depths[0] === -1 && /\S/.test(next) && !inWord(before) && markers.every((marker) => TAGS[marker]))
      for (const marker of markers) open(marker, TAGS[marker] as string);
    else text += run;
  };

  /** A link whose address is not safe keeps its words and loses its address. */
  const link = ([, bang, words = '', address = '']: RegExpExecArray): void => {
    const url = safeUrl(address.trim().replace(/^<|>?(\s.*)?$/g, ''));
    if (url?.protocol === 'https:' && bang && answer.imageHosts.includes(url.host)) {
      put(make('img', { src: url.href, alt: words, loading: 'lazy', referrerpolicy: 'no-referrer' }));
      return;
    }
    const leads = url && !answer.inLink;
    const element = leads ? makeLink(url) : make('span', {});
    const inner = inline(element, { ...answer, inLink: true });
    inner.feed(words, true);
    inner.end();
    if (leads) showHost(element, url);
    put(element);
  };

  const cite = (token: string, number: string): void => {
    const element = make('span', { class: 'cite' }, token);
    answer.citations.push({ number: Number(number), element });
    put(element);
  };

  /** An address in the text, without the punctuation after it; how long it is. */
  const autolink = (token: string): number => {
    let address = token.replace(/[.,;:!?'_~]+$/, '');
    if (!address.includes('(')) address = address.replace(/[.,;:!?'_~)]+$/, '');
    const url = safeUrl(address);
    if (url) {
      const element = makeLink(url);
      element.append(address);
      showHost(element, url);
      put(element);
    } else text += address;
    return address.length;
  };

  /** In a code span everything is text but the backticks that end it. */
  const takeCode = (rest: string, ends: boolean): number => {
    const [token = ''] = /^(`+|[^`]+)/.exec(rest) ?? [];
    if (token === rest && !ends && token[0] === '`') return 0;
    if (token === marks.at(-1)?.marker) close();
    else text += token;
    return token.length;
  };

  /** Takes what is next; 0 when what follows decides what it is. */
  const take = (rest: string, ends: boolean): number => {
    if (marks.at(-1)?.marker[0] === '`') return takeCode(rest, ends);
    const [token = ''] = TOKEN.exec(rest) ?? [];
    const sign = token.charAt(0);
    const atEnd = token === rest;
    if (sign === '[' || sign === '!') {
      const found = LINK.exec(rest);
      const number = /^\[([1-9]\d?)\]/.exec(rest);
      if (found) link(found);
      else if (!ends && LINK_BEGINS.test(rest)) return 0;
      else if (number && !answer.inLink) cite(number[0], number[1] as string);
      else text += token;
      return ((found ?? number)?.[0] ?? token).length;
    }
    if (sign === 'h' && !answer.inLink && !WORD.test(before)) {
      const [address = ''] = URL_TOKEN.exec(rest) ?? [];
      if (!ends && (address === rest || URL_BEGINS.test(rest))) return 0;
      if (address) return autolink(address);
    }
    if (atEnd && !ends && /[ \t\\*_~`]/.test(sign)) return 0;
    if (/[ \t]/.test(sign)) {
      if (atEnd) hardBreak = token.length > 1;
      else if (before) text += ' ';
    } else if (sign === '\\') {
      hardBreak = atEnd && !token[1];
      if (!hardBreak) text += token[1] ?? token;
    } else if (sign === '`') open(token, 'code');
    else if (/[*_~]/.test(sign)) emphasize(token, rest.charAt(token.length) || ' ');
    else text += token;
    return token.length;
  };

  const feed = (piece: string, ends = false): void => {
    held += piece;
    hardBreak = false;
    let at = 0;
    for (let taken = 1; taken && at < held.length; at += taken) {
      taken = take(held.slice(at), ends);
      if (taken) before = held.charAt(at + taken - 1);
    }
    held = held.slice(at);
  };

  return {
    feed,
    flush,
    nextLine() {
      if (hardBreak) put(make('br', {}));
      else text += '\n';
      before = ' ';
    },
    end() {
      feed('', true);
      unwrapTo(0);
      flush();
    },
  };
}
