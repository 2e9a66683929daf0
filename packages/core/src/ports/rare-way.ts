// Ways that the engine may take and seldom does: a simulation takes them often, production never asks.

/**
 * - `settle-late`: objects of a first list that need nothing are looked at when the list is complete, like all others.
 * - `slices-of-one`: others have their turn after each object of a long list, not after many.
 * - `back-off-early`: a write that was stale once waits before it is tried again.
 */
export type RareWay = 'settle-late' | 'slices-of-one' | 'back-off-early';

/** Whether a rare way is taken this time. */
export type Rarely = (way: RareWay) => boolean;
