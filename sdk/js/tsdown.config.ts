import { defineConfig, type UserConfig } from 'tsdown';

const config: UserConfig = defineConfig({
  entry: ['src/*.ts', 'src/_generated/funcs/*.ts'],
  format: ['esm', 'cjs'],
  platform: 'neutral',
  deps: { neverBundle: [/^node:/] },
  target: 'es2022',
  fixedExtension: false,
  dts: true,
  unbundle: true,
});
export default config;
