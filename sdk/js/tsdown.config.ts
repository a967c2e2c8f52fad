import { defineConfig, type UserConfig } from 'tsdown';

const shared: UserConfig = {
  entry: ['src/*.ts', 'src/_generated/funcs/*.ts'],
  platform: 'neutral',
  deps: { neverBundle: [/^node:/] },
  target: 'es2022',
  fixedExtension: false,
};

const config: UserConfig[] = defineConfig([
  {
    ...shared,
    format: 'esm',
    dts: false,
    // What the entries share is one file: in Node each file costs half a millisecond. Bundlers shake it all the same.
    outputOptions: {
      codeSplitting: { groups: [{ name: 'core', test: /src.(core|client|_generated.(codes|operations))/ }] },
    },
  },
  { ...shared, format: 'esm', dts: { emitDtsOnly: true }, unbundle: true, clean: false },
  { ...shared, format: 'cjs', dts: true, unbundle: true, clean: false },
]);
export default config;
