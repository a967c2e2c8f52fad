/** Inline markdown: turns text into nodes as soon as it is clear what it is. */

import { appendText, make } from './dom.js';
import { makeLink, safeUrl, showHost } from './links.js';

/** So far ahead the other end of something is looked for; so it is never waited for long, and no text costs more than its length. */
const AHEAD = 512;

/**
 * What a text may begin with: code; an escaped sign; a link or an image; a citation; emphasis, by a run of signs that the
 * same run ends; an address; a word; other signs that are only signs. Nothing fits where an end is missing.
 * No two fit the same beginning, however the text goes on, so that arriving in pieces changes nothing.
 */
const TOKEN =
  /^(?:(`+)(?!`)(.*?[^`])\1(?!`)|\\([\n!-/:-@[-`{-~])|!?\[((?:[^[\]]|\[[^[\]]*\])*)\]\(\s*<?((?:[^\s()<>]|\([^\s()]*\))*)(?:[\s>][^()]*)?\)|\[([1-9]\d?)\](?!\()|(([*_]|~(?=~))\8{0,2})(?!\s|\8)((?:\\.|`[^`]*`|[^\\`])+?)(?<!\s|\8)\7(?!\8|(?<=_)\w)|(https?:\/\/[\p{L}\p{N}!#-)+-;=?@_~]+)|[\p{L}\p{N}:/](?:(?!https?:\/\/)[\p{L}\p{N}_:/])*|([^\p{L}\p{N}:/\\`*_~[!]+)|(?:\*+|_+)(?=\s)|~(?!~)|!(?!\[)|\[(?=[^[\]]*\][^(]))/su;
/** What follows an address rather than ends it. */
const AFTER_ADDRESS = /(?:[.,;:!?'_~]|(?<!\(.*)\))+$/;

/** Appends a text to an element and answers what is held back of it until more of it is known. */
export function inline(place: Element, text: string, ended: boolean, imageHosts: readonly string[]): string {
  let rest = text;
  let plain = '';
  const linked = place.closest('a');

  const put = (tag: string | Element, attributes = {}, ...words: string[]): HTMLElement => {
    const element = make(tag, attributes, ...words);
    appendText(place, plain);
    plain = '';
    place.append(element);
    return element;
  };

  while (rest) {
    const seen = rest.slice(0, AHEAD);
    const found = TOKEN.exec(seen);
    const [token = seen.charAt(0), , code, escaped, words, address, number, run = '', sign, inner, bare, plainSigns] =
      found ?? [];
    // Where signs are only signs it does not matter how many have arrived.
    if (!ended && !plainSigns && seen.length < AHEAD && (!found || token === seen)) break;
    const own = bare?.replace(AFTER_ADDRESS, '');
    const shown = own ?? words;
    rest = rest.slice((own ?? token).length);
    if (code) put('code', {}, code);
    else if (inner) {
      // Three signs are two around one.
      const more = run.slice(2);
      inline(put(sign === '~' ? 'del' : run[1] ? 'strong' : 'em'), more + inner + more, true, imageHosts);
    } else if (shown !== undefined) {
      const url = safeUrl(address ?? shown);
      if (url?.protocol === 'https:' && token[0] === '!' && imageHosts.includes(url.host))
        put('img', { src: url.href, alt: shown, loading: 'lazy', referrerpolicy: 'no-referrer' });
      else if (url && !linked) {
        const link = put(makeLink(url));
        inline(link, shown, true, imageHosts);
        showHost(link, url);
      } else if (own) plain += own;
      // An address that is not safe is left out; the words stay.
      else rest = shown + rest;
    } else if (number && !linked) put('span', { class: 'cite' }, token);
    else plain += escaped ?? token;
  }
  appendText(place, plain);
  return rest;
}
