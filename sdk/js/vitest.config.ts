import { defineConfig, type ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/host/setup.ts'],
    maxWorkers: 2, // most of the longest file is waiting
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
export default config;
