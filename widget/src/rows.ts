/** Tables: one row at a time, as its line ends. */

import { type Citation, Inline } from './inline.js';

const MOST_COLUMNS = 40;

/** The cells of `| a | b |`; `\|` is no border. */
export function splitRow(line: string): string[] {
  const inner = line.trim().slice(1);
  const cells: string[] = [];
  let start = 0;
  for (let at = 0; at <= inner.length && cells.length < MOST_COLUMNS; at += 1) {
    const character = inner.charAt(at);
    if (character === '\\') at += 1;
    else if (character === '|' || (!character && start < inner.length)) {
      cells.push(inner.slice(start, at).trim().replaceAll('\\|', '|'));
      start = at + 1;
    }
  }
  return cells;
}

/** How the columns are aligned, when the line is what follows a table's head. */
export function alignments(line: string, head: string): string[] | null {
  if (!/^\|[\s:|-]+$/.test(line.trim())) return null;
  const cells = splitRow(line);
  if (cells.length !== splitRow(head).length || !cells.every((cell) => /^:?-+:?$/.test(cell))) return null;
  return cells.map((cell) => (cell.endsWith(':') ? (cell.startsWith(':') ? 'center' : 'end') : ''));
}

/** A table that grows by rows. */
export class Table {
  #body: HTMLElement;
  #aligns: string[];
  #citations: Citation[];

  constructor(place: HTMLElement, head: string, aligns: string[], citations: Citation[]) {
    this.#aligns = aligns;
    this.#citations = citations;
    const [table, thead] = [document.createElement('table'), document.createElement('thead')];
    this.#body = document.createElement('tbody');
    table.append(thead, this.#body);
    place.append(table);
    this.#fill(thead, 'th', head);
  }

  add(line: string): void {
    this.#fill(this.#body, 'td', line);
  }

  #fill(place: HTMLElement, tag: string, line: string): void {
    const row = document.createElement('tr');
    const cells = splitRow(line);
    for (const [column, align] of this.#aligns.entries()) {
      const cell = document.createElement(tag);
      if (tag === 'th') cell.setAttribute('scope', 'col');
      if (align) cell.dataset.align = align;
      const inline = new Inline(cell, this.#citations);
      inline.feed(cells[column] ?? '');
      inline.end();
      row.append(cell);
    }
    place.append(row);
  }
}
