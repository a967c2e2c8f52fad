/** Looks: how visitors see a page. */

import type { Page } from 'playwright-core';

export interface Look {
  name: string;
  media?: Parameters<Page['emulateMedia']>[0];
  viewport?: { width: number; height: number };
  /** The page's language and direction. */
  lang?: string;
  dir?: 'ltr' | 'rtl';
}

const DESKTOP = { width: 1024, height: 768 };

export const LOOKS: readonly Look[] = [
  { name: 'light', media: { colorScheme: 'light' } },
  { name: 'dark', media: { colorScheme: 'dark' } },
  { name: 'rtl', lang: 'ar', dir: 'rtl' },
  { name: '375px', viewport: { width: 375, height: 667 } },
  { name: 'forced-colours', media: { forcedColors: 'active' } },
  { name: 'reduced-motion', media: { reducedMotion: 'reduce' } },
];

export async function putOn(page: Page, look: Look): Promise<void> {
  const plain = { colorScheme: 'light', forcedColors: 'none', reducedMotion: 'no-preference' } as const;
  await page.emulateMedia({ ...plain, ...look.media });
  await page.setViewportSize(look.viewport ?? DESKTOP);
}
