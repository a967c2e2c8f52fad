/** Markdown as it streams: splits what arrives into blocks and appends them; nothing is parsed or rendered twice. */

import { appendText, make } from './dom.js';
import { type Answer, type Inline, inline } from './inline.js';
import { alignments, splitRow } from './rows.js';

export interface Markdown {
  readonly citations: Answer['citations'];
  /** Appends the next piece of the answer. */
  write(chunk: string): void;
  /** The answer has ended: what was held back is decided. */
  end(): void;
}

interface List {
  element: HTMLElement;
  item: HTMLElement;
  indent: number;
}

const DEEPEST_LIST = 8;
/** A beginning that may still become something else than text. */
const UNDECIDED = /^\s*(#{1,6}|[-+*_]|(\*\*+|--+|__+)[ \t]*|\d{1,9}[.)]?|``?|~~?|\|.*)?$/;
const FENCE = /^\s*(`{3,}|~{3,})/;
/** A backtick after the backticks: it is a code span in a line of text. */
const CODE_SPAN = /^\s*```+[^`]+`/;

export function markdown(
  root: HTMLElement,
  labels: { code: string; table: string },
  imageHosts: readonly string[] = [],
): Markdown {
  const answer: Answer = { citations: [], imageHosts };
  let container = root;
  let lists: List[] = [];
  let leaf: HTMLElement | null = null;
  let writer: Inline | null = null;
  let level = 2;
  /** The line's beginning, as long as it does not say what the line is. */
  let held = '';
  /** What the line is has been decided: its rest goes where its beginning went. */
  let flows = false;
  let quoted = false;
  let blank = false;
  let fence: { sign: string; size: number; indent: RegExp; code: HTMLElement } | null = null;
  /** A row that is a table's head if the next line says so. */
  let head: { line: string; quoted: boolean } | null = null;
  let table: { body: HTMLElement; aligns: string[] } | null = null;

  const endLeaf = (): void => {
    writer?.end();
    writer = leaf = null;
  };

  /** Goes into the quote or out of it, and ends what the new block does not belong to. */
  const enter = (): void => {
    settleTable();
    if ((container !== root) === quoted) return;
    endLeaf();
    lists = [];
    container = root;
    if (!quoted) return;
    container = make('blockquote', {});
    root.append(container);
  };

  const write = (place: HTMLElement, tag: string): HTMLElement => {
    endLeaf();
    leaf = make(tag, {});
    place.append(leaf);
    writer = inline(leaf, answer);
    blank = false;
    return leaf;
  };

  /** Opens a block: in the list item that the indent belongs to, or after the lists. */
  const open = (tag: string, indent: number): HTMLElement => {
    enter();
    while (lists.length && indent <= (lists.at(-1) as List).indent) lists.pop();
    return write(lists.at(-1)?.item ?? container, tag);
  };

  const openItem = (indent: number, number: string | undefined): void => {
    enter();
    endLeaf();
    while (lists.length && (lists.at(-1) as List).indent > indent) lists.pop();
    const tag = number ? 'ol' : 'ul';
    let list = lists.at(-1);
    const nested = !list || (indent > list.indent + 1 && lists.length < DEEPEST_LIST);
    if (!nested && list?.element.localName !== tag) {
      lists.pop();
      list = undefined;
    }
    if (!list || nested) {
      const element = make(tag, { start: number && Number(number) !== 1 && Number(number) });
      (lists.at(-1)?.item ?? container).append(element);
      list = { element, item: element, indent };
      lists.push(list);
    }
    list.item = write(list.element, 'li');
  };

  /** A block that may be wider than the page: the keyboard can reach it to scroll. */
  const openGroup = (tag: string, indent: number, label: string): HTMLElement => {
    const block = open(tag, indent);
    endLeaf();
    return make(block, { tabindex: 0, role: 'group', 'aria-label': label });
  };

  const paragraph = (indent: number): void => {
    enter();
    if (leaf && !blank) writer?.nextLine();
    else open('p', indent);
  };

  /** Whatever comes is no row: a head without a table was a line of text. */
  function settleTable(): void {
    table = null;
    if (!head) return;
    const now = quoted;
    const { line } = head;
    quoted = head.quoted;
    head = null;
    paragraph(indentOf(line));
    writer?.feed(line.trim(), true);
    quoted = now;
  }

  const fill = (place: HTMLElement, tag: string, line: string, aligns: string[]): void => {
    const cells = splitRow(line);
    const row = make('tr', {});
    for (const [column, align] of aligns.entries()) {
      const cell = make(tag, { scope: tag === 'th' && 'col', 'data-align': align || null });
      const words = inline(cell, answer);
      words.feed(cells[column] ?? '', true);
      words.end();
      row.append(cell);
    }
    place.append(row);
  };

  const addRow = (line: string): void => {
    if (table) {
      fill(table.body, 'td', line, table.aligns);
      return;
    }
    const first = head;
    const aligns = first?.quoted === quoted && alignments(line, first.line);
    if (!aligns) {
      settleTable();
      head = { line, quoted };
      return;
    }
    head = null;
    const [top, body] = [make('thead', {}), make('tbody', {})];
    fill(top, 'th', first.line, aligns);
    openGroup('div', indentOf(first.line), labels.table).append(make('table', {}, [top, {}], [body, {}]));
    table = { body, aligns };
  };

  const openFence = (opener: string, indent: number): void => {
    const code = make('code', {});
    openGroup('pre', indent, labels.code).append(code);
    fence = { sign: opener.charAt(0), size: opener.length, indent: new RegExp(`^ {0,${indent}}`), code };
  };

  /** Opens what a line begins; answers the text in it, null when there is none. */
  const begin = (rest: string): string | null => {
    const indent = indentOf(rest);
    const line = rest.trimStart();
    const [lead = '', hashes, bullet, number] = /^(?:(#{1,6})|([-*+]|(\d{1,9})[.)]))[ \t]/.exec(line) ?? [];
    const opener = CODE_SPAN.test(line) ? null : FENCE.exec(line);
    if (!line) {
      settleTable();
      endLeaf();
      blank = true;
    } else if (line[0] === '|') addRow(rest);
    else if (opener) openFence(opener[1] as string, indent);
    else if (/^([-*_])\1\1+\s*$/.test(line)) {
      open('hr', 0);
      endLeaf();
    } else if (hashes) {
      // Headings go down one level at a time, below the widget's own, whatever the answer does.
      level = Math.min(hashes.length + 2, level + 1, 6);
      open(`h${level}`, 0);
      return line.slice(lead.length);
      // A number other than one in the middle of a paragraph is no list.
    } else if (bullet && !(number && Number(number) !== 1 && !lists.length && leaf?.localName === 'p' && !blank)) {
      openItem(indent, number);
      return line.slice(lead.length);
    } else {
      paragraph(indent);
      return line;
    }
    return null;
  };

  const isRun = (line: string, { sign }: { sign: string }): boolean => line === sign.repeat(line.length);

  /** A line of code, or the line that ends the block. */
  const takeCode = (piece: string, ends: boolean, block: NonNullable<typeof fence>): boolean => {
    let line = piece;
    if (!flows) {
      const run = isRun(piece.trim(), block);
      if (run && !ends) return false;
      if (run && piece.trim().length >= block.size) {
        fence = null;
        blank = true;
        return true;
      }
      line = piece.replace(block.indent, '');
    }
    flows = !ends;
    appendText(block.code, ends ? `${line}\n` : line);
    return true;
  };

  /** Takes what there is of a line; false when more of it decides what it is. */
  const take = (piece: string, ends: boolean): boolean => {
    if (fence) return takeCode(piece, ends, fence);
    let line: string | null = piece;
    if (!flows) {
      const quote = /^(?:[ \t]*>)+ ?/.exec(piece)?.[0] ?? '';
      const rest = piece.slice(quote.length);
      if (!ends && (UNDECIDED.test(rest) || (FENCE.test(rest) && !CODE_SPAN.test(rest)))) return false;
      quoted = !!quote;
      line = begin(rest);
      if (line === null) return true;
    }
    flows = !ends;
    writer?.feed(line, ends);
    if (ends && /^h\d/.test(leaf?.localName ?? '')) endLeaf();
    return true;
  };

  return {
    citations: answer.citations,
    write(chunk) {
      held += chunk.replaceAll('\r', '');
      for (let end = 0; held && end >= 0; ) {
        end = held.indexOf('\n');
        if (!take(end < 0 ? held : held.slice(0, end), end >= 0)) break;
        held = end < 0 ? '' : held.slice(end + 1);
      }
      writer?.flush();
    },
    end() {
      if (!fence && held) take(held, true);
      else if (fence && (!isRun(held.trim(), fence) || held.trim().length < fence.size)) appendText(fence.code, held);
      settleTable();
      endLeaf();
    },
  };
}

function indentOf(line: string): number {
  return (/^[ \t]*/.exec(line)?.[0] ?? '').replaceAll('\t', '    ').length;
}
