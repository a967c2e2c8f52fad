/** What axe finds in a page, all its rules; where it cannot decide a contrast, the contrast itself. */

import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

export interface Finding {
  rule: string;
  targets: string[];
}

export interface Findings {
  violations: Finding[];
  /** What axe could not decide. */
  incomplete: Finding[];
  passes: number;
}

export async function runAxe(page: Page): Promise<Findings> {
  // The other mode opens a second page for every run, to look into frames; there are none.
  const found = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  const brief = ({ id, nodes }: (typeof found.violations)[number]): Finding => ({
    rule: id,
    targets: nodes.map(
      (node) => `${JSON.stringify(node.target)} ${node.any[0]?.message ?? node.all[0]?.message ?? ''}`,
    ),
  });
  return {
    violations: found.violations.map(brief),
    incomplete: found.incomplete.map(brief),
    passes: found.passes.length,
  };
}
