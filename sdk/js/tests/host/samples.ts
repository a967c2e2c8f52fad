/** The TypeScript that the README shows. */

import { readFileSync } from 'node:fs';

export function samples(): string[] {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  return [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1] as string);
}
