import { preset } from '../../tools/tsup-preset.mjs';

// `built` goes into the files that `kopf build` writes.
export default preset({ index: 'src/index.ts', main: 'src/main.ts', built: 'src/build/run-built.ts' });
