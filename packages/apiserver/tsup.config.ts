import { preset } from '../../tools/tsup-preset.mjs';

export default preset({ index: 'src/index.ts', main: 'src/main.ts' });
