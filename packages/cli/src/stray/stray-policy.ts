/** What becomes of the operator when a promise fails that a handler left behind. */
export const STRAY_POLICIES = ['report', 'exit'] as const;
export type StrayPolicy = (typeof STRAY_POLICIES)[number];
