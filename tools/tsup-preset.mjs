/** The one way we build packages: ESM and declarations, names kept (handler ids may come from function names). */
export const preset = (entry = { index: 'src/index.ts' }) => ({
  entry,
  format: ['esm'],
  target: 'node20',
  platform: 'node',
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
  clean: true,
  splitting: true,
  treeshake: true,
  keepNames: false,
  sourcemap: false,
});
