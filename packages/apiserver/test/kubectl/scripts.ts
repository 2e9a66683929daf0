import { READ_SCRIPTS } from './read-scripts.js';
import type { Script } from './script.js';
import { WAIT_SCRIPTS } from './wait-scripts.js';
import { WRITE_SCRIPTS } from './write-scripts.js';

export const SCRIPTS: readonly Script[] = [...WRITE_SCRIPTS, ...READ_SCRIPTS, ...WAIT_SCRIPTS];
