import { defineConfig, type ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/host/setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 300_000,
  },
});
export default config;
