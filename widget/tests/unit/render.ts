/** Renders an answer from pieces. */

import { markdown as renderer } from '../../src/markdown.js';

export const LABELS = { code: 'Code', table: 'Table' };

export function render(...chunks: string[]): HTMLElement {
  const root = document.createElement('div');
  const markdown = renderer(root, LABELS);
  for (const chunk of chunks) markdown(chunk);
  markdown('', true);
  root.normalize();
  return root;
}

export const html = (...chunks: string[]): string => render(...chunks).innerHTML;
