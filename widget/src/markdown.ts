/** Markdown as it streams: splits what arrives into blocks and appends them; nothing is rendered twice. */

import { appendText, make } from './dom.js';
import { inline } from './inline.js';

/** Appends the next piece of an answer; when it has ended, what was held back is decided. */
export type Markdown = (piece: string, ended?: boolean) => void;

interface Item {
  element: HTMLElement;
  indent: number;
}

const DEEPEST_INDENT = 16;
const LOWEST_HEADING = 5;
/** A line without a letter may become anything yet; fences and rows are taken whole. */
const UNDECIDED = /^[\s>]*(?:\||```|\P{L}*$)/u;
/** Quote and indent; a heading's sign, an item's, a fence or a rule; text. */
const BLOCK = /^([\s>]*)(?:(#{1,6})\s+|([-*+]|(\d{1,9})[.)])\s+|(`{3,})[^`]*$|(([-*_])\7{2,})\s*$)?(.*)/s;

export function markdown(
  root: HTMLElement,
  labels: { code: string; table: string },
  imageHosts: readonly string[] = [],
): Markdown {
  /** The page or a quote in it, and the last item of each list that is open there: what a block may go into. */
  let base = root;
  let items: Item[] = [];
  let quoted = false;
  let heading = 2;
  /** What the next line may go on with: a paragraph, an item, a table, code. */
  let leaf: HTMLElement | undefined;
  /** The end of its text, which is not decided yet. */
  let text = '';
  /** What ends the code, and what of its lines is indent. */
  let fence = '';
  let margin = 0;
  /** What has not been taken yet. */
  let held = '';
  /** The line's beginning has been taken; its rest is text. */
  let flows = false;

  const say = (more: string, ended = false): void => {
    if (leaf) text = inline(leaf, text + more, ended, imageHosts);
  };
  const endLeaf = (): void => {
    say('', true);
    leaf = undefined;
  };
  const add = (tag: string, attributes = {}): HTMLElement => {
    const block = make(tag, attributes);
    (items.at(-1)?.element ?? base).append(block);
    return block;
  };
  /** A block that may be wider than the page: the keyboard can reach it to scroll. */
  const addGroup = (tag: string, label: string, inner: string): HTMLElement => {
    const block = make(inner, {});
    add(tag, { tabindex: 0, role: 'group', 'aria-label': label }).append(block);
    return block;
  };

  /** Ends what a block with this indent does not belong to; answers the item it comes after. */
  const enter = (indent: number, isQuoted: boolean): HTMLElement | undefined => {
    endLeaf();
    if (quoted !== isQuoted) {
      quoted = isQuoted;
      items = [];
      base = root;
      if (quoted) base = add('blockquote');
    }
    let left: Item | undefined;
    while (indent < (items.at(-1)?.indent ?? -2) + 2) left = items.pop();
    return left?.element;
  };

  const addRow = (table: HTMLElement, line: string): void => {
    const isHead = !table.firstChild;
    // The line below the head says nothing.
    if (!isHead && /^[-:|\s]*$/.test(line)) return;
    const row = make('tr', {});
    table.append(row);
    // A sign after a backslash is no border, and what ends the line begins no cell.
    for (const [, words = ''] of line.trim().matchAll(/\|(?!$)((?:\\.|[^\\|])*)/g)) {
      const cell = make(isHead ? 'th' : 'td', {});
      row.append(cell);
      inline(cell, words.trim().replaceAll('\\|', '|'), true, imageHosts);
    }
  };

  /** Takes a line, or as much of it as says what it is. */
  const take = (line: string): void => {
    const [, prefix = '', hashes, bullet, number, opener, rule, , words = ''] = BLOCK.exec(line) ?? [];
    const isQuoted = prefix.includes('>');
    const name = leaf?.localName ?? '';
    const isText = prefix + words === line;
    const isRow = isText && words[0] === '|';
    if (leaf && fence) {
      const own = line.replace(new RegExp(`^[\\s>]{0,${margin}}`), '');
      if (own.trim() === fence) fence = '';
      else appendText(leaf, `${own}\n`);
    } else if (line === prefix) endLeaf();
    else if (leaf && isRow && name === 'table') addRow(leaf, words);
    else if (isText && !isRow && quoted === isQuoted && /^(p|li)$/.test(name)) say(`\n${words}`);
    else {
      const indent = Math.min(prefix.replaceAll('\t', '    ').length, DEEPEST_INDENT);
      const list = enter(indent, isQuoted)?.parentElement;
      if (isRow) {
        leaf = addGroup('div', labels.table, 'table');
        addRow(leaf, words);
      } else if (opener) {
        fence = opener;
        margin = prefix.length;
        leaf = addGroup('pre', labels.code, 'code');
      } else if (bullet) {
        const tag = number ? 'ol' : 'ul';
        leaf = make('li', {});
        (list?.localName === tag ? list : add(tag, { start: number })).append(leaf);
        items.push({ element: leaf, indent });
      } else {
        // Headings go down one level at a time, below the widget's own, whatever the answer does.
        if (hashes) heading = Math.min(hashes.length + 2, heading + 1, LOWEST_HEADING);
        leaf = add(rule ? 'hr' : hashes ? `h${heading}` : 'p');
      }
      if (!isRow) say(words);
    }
  };

  return (piece, ended = false) => {
    held += piece.replaceAll('\r', '');
    while (held) {
      const [line = '', next] = held.split('\n', 2);
      const ends = ended || next !== undefined;
      if (flows) say(line);
      else if (!ends && (fence || UNDECIDED.test(line))) return;
      else take(line);
      held = held.slice(line.length + 1);
      flows = !ends;
    }
    if (ended) endLeaf();
  };
}
