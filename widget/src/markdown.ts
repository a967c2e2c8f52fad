/** Markdown as it streams: splits what arrives into blocks and appends them; nothing is parsed or rendered twice. */

import { Fence } from './fence.js';
import { type Citation, Inline } from './inline.js';
import { alignments, Table } from './rows.js';

interface List {
  element: HTMLElement;
  item: HTMLElement;
  indent: number;
}

enum Mode {
  /** The line's beginning, which says what block it belongs to. */
  Lead,
  Inline,
  /** The rest of the line that opened a fence. */
  Info,
  Code,
  Row,
}

const LONGEST_LEAD = 64;
const DEEPEST_LIST = 8;
const LONGEST_INFO = 512;
/** A beginning that may still become something else than text. */
const UNDECIDED = /^[ \t]*(#{1,6}|[-+*_]|(\*\*+|--+|__+)[ \t]*|\d{1,9}[.)]?|``?|~~?)?$/;
const RULE = /^[ \t]*(\*{3,}|-{3,}|_{3,})[ \t]*$/;

export class Markdown {
  /** The references to sources that were found. */
  readonly citations: Citation[] = [];
  #container: HTMLElement;
  #root: HTMLElement;
  #labels: { code: string; table: string };
  #mode: Mode = Mode.Lead;
  #lead = '';
  #quoted = false;
  #blank = false;
  #lists: List[] = [];
  #leaf: HTMLElement | null = null;
  #inline: Inline | null = null;
  #level = 2;
  #fence: Fence | null = null;
  /** A row that is a table's head if the next line says so. */
  #head: { line: string; quoted: boolean } | null = null;
  #table: Table | null = null;

  constructor(root: HTMLElement, labels: { code: string; table: string }) {
    this.#root = this.#container = root;
    this.#labels = labels;
  }

  /** Appends the next piece of the answer. */
  write(chunk: string): void {
    let at = 0;
    const text = chunk.includes('\r') ? chunk.replaceAll('\r', '') : chunk;
    while (at < text.length) {
      if (this.#mode === Mode.Lead || this.#fence?.atStart) {
        this.#start(text.charAt(at));
        at += 1;
        continue;
      }
      const end = text.indexOf('\n', at);
      this.#piece(text.slice(at, end < 0 ? text.length : end));
      if (end >= 0) this.#endLine();
      at = end < 0 ? text.length : end + 1;
    }
    this.#inline?.flush();
  }

  /** The answer has ended: what was held back is decided. */
  end(): void {
    if (this.#mode === Mode.Lead) this.#emptyLine();
    else if (this.#fence) this.#fence.end();
    else this.#endLine();
    this.#settleTable();
    this.#endLeaf();
  }

  /** The rest of a line whose kind is known. */
  #piece(piece: string): void {
    if (this.#mode === Mode.Inline) this.#inline?.feed(piece);
    else if (this.#fence) this.#fence.write(piece);
    else {
      this.#lead += piece;
      if (this.#mode === Mode.Info && this.#isNoInfo()) this.#text(this.#lead);
    }
  }

  /** A backtick after the backticks: it was a code span in a line of text. */
  #isNoInfo(): boolean {
    return this.#lead.length > LONGEST_INFO || /^[ \t]*```+[^`]+`/.test(this.#lead);
  }

  #endLine(): void {
    if (this.#fence) {
      this.#fence.endLine();
      return;
    }
    const [mode, lead] = [this.#mode, this.#lead];
    this.#mode = Mode.Lead;
    this.#lead = '';
    if (mode === Mode.Inline) this.#inline?.endLine();
    else if (mode === Mode.Row) this.#row(lead);
    else if (mode === Mode.Info) this.#openFence(lead);
    if (this.#leaf && /^H\d/.test(this.#leaf.tagName)) this.#endLeaf();
    this.#quoted = false;
  }

  #start(character: string): void {
    if (!this.#fence) this.#lineStart(character);
    else if (this.#fence.start(character)) {
      this.#fence = null;
      this.#mode = Mode.Lead;
      this.#blank = true;
    }
  }

  #lineStart(character: string): void {
    if (character === '\n') {
      this.#emptyLine();
      return;
    }
    this.#lead += character;
    const lead = this.#lead;
    if (lead.length < LONGEST_LEAD && UNDECIDED.test(lead)) return;
    const indent = this.#indent(lead);
    const rest = lead.trimStart();
    const item = /^(?:[-*+]|(\d{1,9})[.)])[ \t]$/.exec(rest);
    if (rest === '>' && !this.#quoted) {
      this.#quoted = true;
      this.#lead = '';
    } else if (rest === '>') this.#lead = '';
    else if (/^(```|~~~)/.test(rest)) this.#mode = Mode.Info;
    else if (rest === '|') this.#mode = Mode.Row;
    else if (/^#{1,6}[ \t]$/.test(rest)) this.#heading(rest.length - 1);
    else if (item && !this.#interrupts(item[1])) this.#item(indent, item[1]);
    else this.#text(lead);
  }

  /** The line ended before it could say what it is. */
  #emptyLine(): void {
    const lead = this.#lead;
    if (RULE.test(lead)) {
      this.#open('hr', 0);
      this.#endLeaf();
    } else if (lead.trim()) {
      this.#text(lead);
      this.#inline?.endLine();
    } else {
      this.#settleTable();
      this.#endLeaf();
      this.#blank = true;
    }
    this.#mode = Mode.Lead;
    this.#lead = '';
    this.#quoted = false;
  }

  #indent(lead: string): number {
    const space = /^[ \t]*/.exec(lead)?.[0] ?? '';
    return space.replaceAll('\t', '    ').length;
  }

  /** A number other than one in the middle of a paragraph is no list. */
  #interrupts(number: string | undefined): boolean {
    return !!number && Number(number) !== 1 && !this.#lists.length && this.#leaf?.tagName === 'P' && !this.#blank;
  }

  /** Goes into the quote or out of it, and ends what the new block does not belong to. */
  #enter(): void {
    this.#settleTable();
    const inside = this.#container !== this.#root;
    if (inside === this.#quoted) return;
    this.#endLeaf();
    this.#lists = [];
    this.#container = this.#root;
    if (this.#quoted) {
      this.#container = document.createElement('blockquote');
      this.#root.append(this.#container);
    }
  }

  /** Opens a block: in the list item that the indent belongs to, or after the lists. */
  #open(tag: string, indent: number): HTMLElement {
    this.#enter();
    this.#endLeaf();
    while (this.#lists.length && indent <= (this.#lists.at(-1) as List).indent) this.#lists.pop();
    const leaf = document.createElement(tag);
    (this.#lists.at(-1)?.item ?? this.#container).append(leaf);
    this.#write(leaf);
    return leaf;
  }

  #write(leaf: HTMLElement): void {
    this.#leaf = leaf;
    this.#inline = new Inline(leaf, this.citations);
    this.#mode = Mode.Inline;
    this.#lead = '';
    this.#blank = false;
  }

  #endLeaf(): void {
    this.#inline?.end();
    this.#inline = this.#leaf = null;
  }

  #text(lead: string): void {
    this.#enter();
    if (this.#leaf && !this.#blank) {
      this.#inline?.nextLine();
      this.#mode = Mode.Inline;
      this.#lead = '';
    } else this.#open('p', this.#indent(lead));
    this.#inline?.feed(lead.trimStart());
  }

  /** Headings go down one level at a time, below the widget's own, whatever the answer does. */
  #heading(depth: number): void {
    this.#level = Math.min(depth + 2, this.#level + 1, 6);
    this.#open(`h${this.#level}`, 0);
  }

  #item(indent: number, number: string | undefined): void {
    this.#enter();
    this.#endLeaf();
    while (this.#lists.length && (this.#lists.at(-1) as List).indent > indent) this.#lists.pop();
    const tag = number ? 'OL' : 'UL';
    let list = this.#lists.at(-1);
    const nested = !list || (indent > list.indent + 1 && this.#lists.length < DEEPEST_LIST);
    if (list && !nested && list.element.tagName !== tag) {
      this.#lists.pop();
      list = undefined;
    }
    if (!list || nested) {
      const element = document.createElement(tag);
      if (number && number !== '1') element.setAttribute('start', String(Number(number)));
      (this.#lists.at(-1)?.item ?? this.#container).append(element);
      list = { element, item: element, indent };
      this.#lists.push(list);
    }
    list.item = document.createElement('li');
    list.element.append(list.item);
    this.#write(list.item);
  }

  #openFence(line: string): void {
    const indent = this.#indent(line);
    this.#fence = new Fence(this.#group('pre', indent, this.#labels.code), line, indent);
    this.#mode = Mode.Code;
    this.#lead = '';
  }

  /** A block that may be wider than the page: the keyboard can reach it to scroll. */
  #group(tag: string, indent: number, label: string): HTMLElement {
    const block = this.#open(tag, indent);
    this.#endLeaf();
    block.tabIndex = 0;
    block.setAttribute('role', 'group');
    block.setAttribute('aria-label', label);
    return block;
  }

  #row(line: string): void {
    if (this.#table) {
      this.#table.add(line);
      return;
    }
    const head = this.#head;
    const aligns = head && head.quoted === this.#quoted && alignments(line, head.line);
    if (head && aligns) {
      this.#head = null;
      const place = this.#group('div', this.#indent(head.line), this.#labels.table);
      this.#table = new Table(place, head.line, aligns, this.citations);
      this.#mode = Mode.Lead;
    } else {
      this.#settleTable();
      this.#mode = Mode.Lead;
      this.#head = { line, quoted: this.#quoted };
    }
  }

  /** Whatever comes is no row: a head without a table was a line of text. */
  #settleTable(): void {
    this.#table = null;
    const head = this.#head;
    if (!head) return;
    this.#head = null;
    const quoted = this.#quoted;
    this.#quoted = head.quoted;
    this.#text(head.line);
    this.#inline?.endLine();
    this.#quoted = quoted;
  }
}
