/** Which ids are tried: those that a seed draws from what ordinary tests quote. */
import { createHash } from 'node:crypto';

/** Suites that can be run on mutants: no real cluster, no processes, nothing about the repository itself. */
const isTryable = (file) => /^(packages|examples)\//.test(file) && !/(^|[./])(real|process)\.test\.ts$/.test(file);

/** Every id that can be drawn, with the files whose titles quote it. */
export function drawable(quoting) {
  const files = new Map();
  for (const { file, titles } of quoting) {
    if (isTryable(file)) for (const id of new Set(titles.flat())) files.set(id, [...(files.get(id) ?? []), file]);
  }
  return [...files].map(([id, quotedIn]) => ({ id, files: quotedIn.sort() })).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** A number below one that depends on nothing but the two texts. */
export function chance(seed, text) {
  return createHash('sha256').update(`${seed}:${text}`).digest().readUInt32BE(0) / 2 ** 32;
}

/** The first `count` in an order of the seed's own: one more id in the specification does not change all of it. */
export function draw(candidates, { seed, count }) {
  const byChance = candidates.map((candidate) => ({ candidate, rank: chance(seed, candidate.id) })).sort((a, b) => a.rank - b.rank);
  return byChance.slice(0, count).map(({ candidate }) => candidate);
}

/** Does a full test name quote the id? Its titles carry ids in brackets, at their start. */
export function quotes(name, id) {
  return [...name.matchAll(/\[([^\]]+)\]/g)].some(([, inside]) => inside.split(/[,\s]+/).includes(id));
}
