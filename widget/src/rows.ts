/** Rows: how the lines of a table fall into cells. */

const MOST_COLUMNS = 40;

/** The cells of `| a | b |`; `\|` is no border. */
export function splitRow(line: string): string[] {
  const inner = line.trim().slice(1).replaceAll('\\|', '\0').replace(/\|$/, '');
  const cells = inner.split('|', MOST_COLUMNS);
  return cells.map((cell) => cell.trim().replaceAll('\0', '|'));
}

/** How the columns are aligned, when the line is what follows a table's head. */
export function alignments(line: string, head: string): string[] | null {
  const cells = splitRow(line);
  if (cells.length !== splitRow(head).length || !cells.every((cell) => /^:?-+:?$/.test(cell))) return null;
  return cells.map((cell) => (cell.endsWith(':') ? (cell.startsWith(':') ? 'center' : 'end') : ''));
}
