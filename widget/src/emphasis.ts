/** Emphasis: what a run of `*`, `_` or `~` means between what stands before and after it. */

import type { Pen } from './pen.js';

const TAGS: Record<string, string> = { '*': 'em', _: 'em', '**': 'strong', __: 'strong', '~~': 'del' };
export const WORD = /[\p{L}\p{N}]/u;

/** Closes what is open, else opens, else writes the run as it is. */
export function emphasize(pen: Pen, run: string, before: string, next: string): void {
  const sign = run.charAt(0);
  const word = sign === '_';
  const closes = /\S/.test(before) && !(word && WORD.test(next));
  const opens = /\S/.test(next) && !(word && WORD.test(before));
  const markers = run.length === 3 && sign !== '~' ? [sign + sign, sign] : [run];
  const open = markers.filter((marker) => pen.depthOf(marker));
  if (closes && open.length === markers.length)
    for (const marker of open.sort((one, other) => pen.depthOf(other) - pen.depthOf(one))) {
      pen.unwrapTo(pen.depthOf(marker));
      pen.close();
    }
  else if (opens && !open.length && markers.every((marker) => TAGS[marker]))
    for (const marker of markers) pen.open(marker, TAGS[marker] as string);
  else pen.write(run);
}
