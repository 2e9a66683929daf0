import { preset } from '../../tools/tsup-preset.mjs';

// The watchdog's thread is a file of its own: it is started by its address.
export default preset({ index: 'src/index.ts', 'watchdog-thread': 'src/health/watchdog-thread.js' });
