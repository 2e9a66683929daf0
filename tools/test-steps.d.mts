import type { Step } from './run-steps.mjs';

export const steps: readonly Step[];
