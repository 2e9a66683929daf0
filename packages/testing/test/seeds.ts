/** The seeds of a sweep: the usual few, or as many as a long form wants (`npm run long`), from its own on. */
export function seeds(...usual: readonly number[]): readonly number[] {
  const { KOPFTS_SEED: first, KOPFTS_COUNT: count } = process.env;
  if (first === undefined || count === undefined) return usual;
  return Array.from({ length: Number(count) }, (_, index) => Number(first) + index);
}
