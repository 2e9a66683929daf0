import type { Strategy } from '@kopfts/testing';

export interface PlantedBug {
  readonly name: string;
  readonly is: string;
  /** Of the invariant that must be seen to be broken. */
  readonly violates: RegExp;
  readonly strategies: readonly Strategy[];
  /** Default: all. */
  readonly workloads?: readonly string[];
  readonly changes: readonly Change[];
}

export interface Change {
  readonly file: string;
  readonly text: string;
  readonly by: string;
}

export const PLANTED_BUGS: readonly PlantedBug[];
export function plantedSource(path: string, changes: readonly Change[], read: (path: string) => string): string | undefined;
export function bundleWith(bug: PlantedBug): Promise<{ readonly module: string; readonly remove: () => void }>;
