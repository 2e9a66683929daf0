import type { ResourceVersion } from '../model/ids.js';
import { compareVersions } from '../watch/versions.js';

/** After a write of ours, change handlers wait until its version was seen: they must not act on an older state (spec Q-15). */
export interface Expectation {
  readonly version: ResourceVersion;
  /** Monotonic. */
  readonly deadlineMs: number;
}

/** Whether a state is at least as new as our last write; the deadline always ends the doubt (spec Q-10..Q-12, design 6.6). */
export function isConsistent(seen: ResourceVersion, expectation: Expectation | undefined, nowMs: number): boolean {
  if (expectation === undefined || nowMs >= expectation.deadlineMs) return true;
  const order = compareVersions(seen, expectation.version);
  return order !== undefined && order >= 0;
}
