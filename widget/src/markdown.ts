/** Markdown as it streams: splits what arrives into blocks and appends them; nothing is rendered twice. */

import { appendText, make } from './dom.js';
import { inline } from './inline.js';

export interface Markdown {
  /** Appends the next piece of the answer. */
  write(chunk: string): void;
  /** The answer has ended: what was held back is decided. */
  end(): void;
}

const DEEPEST_INDENT = 16;
/** A line without a letter may become anything yet; fences and rows are taken whole. */
const UNDECIDED = /^[\s>]*(?:\||```|~~~|\P{L}*$)/u;
/** A row may be a table's head as long as what there is of the next line may be what comes after a head. */
const MAYBE_HEAD = /^[\s>]*\|.*\n[\s>]*(?:\|[-:|\s]*)?$/;
/** Quote and indent; a heading's sign, an item's, a fence or a rule; text. */
const BLOCK = /^([\s>]*)(?:(#{1,6})\s|([-*+]|(\d{1,9})[.)])\s|(`{3,}|~{3,})[^`]*$|(([-*_])\7{2,})\s*$)?(.*)/s;

export function markdown(
  root: HTMLElement,
  labels: { code: string; table: string },
  imageHosts: readonly string[] = [],
): Markdown {
  /** What a block may go into: the page or a quote, then the last item of each open list. */
  let places = [{ element: root, indent: -2 }];
  let quoted = false;
  let heading = 2;
  /** What the next line may go on with: a paragraph, an item, or a table's body. */
  let leaf: HTMLElement | null = null;
  /** The end of its text, which is not decided yet. */
  let text = '';
  /** Takes the lines of code until the one that ends it. */
  let takeCode: ((line: string) => void) | null = null;
  /** What has not been taken yet. */
  let held = '';
  /** The line's beginning has been taken; its rest is text. */
  let flows = false;

  const say = (more: string, ended = false): void => {
    if (leaf) text = inline(leaf, text + more, ended, imageHosts);
  };
  const endLeaf = (): void => {
    say('', true);
    leaf = null;
  };
  const add = (tag: string, attributes = {}): HTMLElement => {
    const block = make(tag, attributes);
    places.at(-1)?.element.append(block);
    return block;
  };
  /** A block that may be wider than the page: the keyboard can reach it to scroll. */
  const addGroup = (tag: string, label: string): HTMLElement =>
    add(tag, { tabindex: 0, role: 'group', 'aria-label': label });

  const addRow = (place: Element, tag: string, line: string): void => {
    const row = make('tr', {});
    place.append(row);
    // A sign after a backslash is no border, and what ends the line begins no cell.
    for (const [, words = ''] of line.trim().matchAll(/\|(?!$)((?:\\.|[^\\|])*)/g)) {
      const cell = make(tag, {});
      row.append(cell);
      inline(cell, words.trim(), true, imageHosts);
    }
  };

  const addTable = (head: string): HTMLElement => {
    const [top, body] = [make('thead', {}), make('tbody', {})];
    addGroup('div', labels.table).append(make('table', {}, [top, {}], [body, {}]));
    addRow(top, 'th', head);
    return body;
  };

  const addCode = (fence: string, margin: RegExp): void => {
    const code = make('code', {});
    addGroup('pre', labels.code).append(code);
    takeCode = (line) => {
      const own = line.replace(margin, '');
      if (own.trim() === fence) takeCode = null;
      else appendText(code, `${own}\n`);
    };
  };

  /** Ends what a block with this indent does not belong to; answers the item it comes after, if it may go on with its list. */
  const enter = (prefix: string): HTMLElement | undefined => {
    endLeaf();
    if (quoted !== prefix.includes('>')) {
      places = [{ element: root, indent: -2 }];
      quoted = !quoted;
      if (quoted) places = [{ element: add('blockquote'), indent: -2 }];
    }
    let left: (typeof places)[0] | undefined;
    while (indentOf(prefix) < (places.at(-1)?.indent ?? 0) + 2) left = places.pop();
    return left?.element;
  };

  const addItem = (after: HTMLElement | undefined, start: string | undefined, indent: number): HTMLElement => {
    const tag = start ? 'ol' : 'ul';
    const list = after?.parentElement?.localName === tag ? after.parentElement : add(tag, { start });
    const element = make('li', {});
    list.append(element);
    places.push({ element, indent });
    return element;
  };

  /** Takes a line, or as much of it as says what it is. */
  const take = (line: string, isHead: boolean): void => {
    const [, prefix = '', hashes, bullet, number, fence, rule, , words = ''] = BLOCK.exec(line) ?? [];
    const inTable = leaf?.localName === 'tbody';
    const isText = prefix + words === line;
    if (line === prefix) endLeaf();
    else if (leaf && inTable && words[0] === '|') addRow(leaf, 'td', words);
    else if (leaf && !inTable && isText && !isHead && quoted === prefix.includes('>')) say(`\n${words}`);
    else {
      const after = enter(prefix);
      if (isHead) leaf = addTable(words);
      else if (fence) addCode(fence, new RegExp(`^[\\s>]{0,${prefix.length}}`));
      else if (rule) add('hr');
      else if (bullet) leaf = addItem(after, number, indentOf(prefix));
      else {
        // Headings go down one level at a time, below the widget's own, whatever the answer does.
        if (hashes) heading = Math.min(hashes.length + 2, heading + 1, 6);
        leaf = add(hashes ? `h${heading}` : 'p');
      }
      if (!isHead) say(words);
    }
  };

  const takeAll = (ended: boolean): void => {
    while (held) {
      const [line = '', next, after] = held.split('\n', 3);
      const ends = ended || next !== undefined;
      let taken = line;
      if (flows) say(line);
      else if (!ends && (takeCode || UNDECIDED.test(line))) return;
      else if (takeCode) takeCode(line);
      else {
        const both = `${line}\n${next ?? ''}`;
        const mayBeHead = MAYBE_HEAD.test(both);
        if (mayBeHead && after === undefined && !ended) return;
        const isHead = mayBeHead && !!next?.includes('-');
        take(line, isHead);
        if (isHead) taken = both;
      }
      held = held.slice(taken.length + 1);
      flows = !ends;
      if (ends && /^h/.test(leaf?.localName ?? '')) endLeaf();
    }
  };

  return {
    write(chunk) {
      held += chunk.replaceAll('\r', '');
      takeAll(false);
    },
    end() {
      takeAll(true);
      endLeaf();
    },
  };
}

function indentOf(prefix: string): number {
  return Math.min(prefix.replaceAll('\t', '    ').length, DEEPEST_INDENT);
}
