import { preset } from '../../tools/tsup-preset.mjs';

export default preset();
