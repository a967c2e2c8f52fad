import { defineConfig } from 'vitest/config';

// Browser and end-to-end tests share one Chromium and one server a project; two files at a time are what two cores carry.
const real = {
  environment: 'node',
  globalSetup: 'tests/browser/setup.ts',
  testTimeout: 120_000,
  hookTimeout: 60_000,
  maxWorkers: 2,
} as const;

export default defineConfig({
  test: {
    watch: false,
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'happy-dom',
          include: ['tests/unit/**/*.test.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      { test: { ...real, name: 'browser', include: ['tests/browser/**/*.test.ts'], sequence: { groupOrder: 1 } } },
      // Its files share no state, so what they import is loaded once.
      {
        test: {
          ...real,
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          isolate: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
