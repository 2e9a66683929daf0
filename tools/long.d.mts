import type { LongForm } from './run-long.mjs';

export const longForms: readonly LongForm[];
