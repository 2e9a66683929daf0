export interface Took {
  readonly name: string;
  readonly seconds: number;
}
export function createLanes(
  count: number,
  clock?: { readonly now: () => number },
): { run<T>(name: string, work: () => Promise<T>): Promise<T>; times(): Took[] };
export function allEnded<T>(promises: readonly Promise<T>[]): Promise<T[]>;
export function timesLine(times: readonly Took[]): string;
