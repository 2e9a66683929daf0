/**
 * Could the tests that quote the specification fail at all? For a few ids, drawn by the hash of the commit, the code that their tests run
 * is changed in places; an id whose tests notice no change is a failure.
 *   npm run spec-mutation                              the ids that this commit draws
 *   npm run spec-mutation -- --ids PA-12,B4 --seed X   those again; --count N draws more, --mutants N tries more of each
 */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { draw, drawable } from './spec-mutation/draw.mjs';
import { tryIds } from './spec-mutation/try-ids.mjs';
import { describeVerdict } from './spec-mutation/verdict.mjs';
import { quotingFiles } from './spec-ids.mjs';
import { fromRoot } from './workspace.mjs';

const DEFAULTS = { count: 3, perId: 8, msPerId: 15_000, config: 'tools/spec-mutation/vitest.config.ts' };

/** The commit that is checked out; without one, always the same. */
export function commitSeed(root = fromRoot()) {
  const { status, stdout } = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : 'no commit';
}

/** Prints ids, seed and what became of the mutants; fails for each id whose tests could not fail. */
export async function checkSpecMutation(options = {}) {
  const { root, seed, ids, count, ...limits } = { ...DEFAULTS, root: fromRoot(), ...options };
  const usedSeed = seed ?? commitSeed(root);
  const wanted = wantedIds(drawable(quotingFiles(root)), { ids, seed: usedSeed, count });
  const names = wanted.map(({ id }) => id).join(',');
  console.log(`spec mutation: ${names}, seed ${usedSeed}; again: npm run spec-mutation -- --ids ${names} --seed ${usedSeed}`);
  const verdicts = await tryIds(wanted, { ...limits, root, seed: usedSeed });
  for (const line of verdicts.flatMap(describeVerdict)) console.log(`  ${line}`);
  const failed = verdicts.flatMap(({ wrong }) => wrong ?? []);
  return { passed: verdicts.length - failed.length, failed };
}

function wantedIds(candidates, { ids, seed, count }) {
  if (ids === undefined) return draw(candidates, { seed, count });
  return ids.map((id) => {
    const found = candidates.find((candidate) => candidate.id === id);
    if (found === undefined) throw new Error(`no test that can be run on mutants quotes ${id}`);
    return found;
  });
}

async function main(args) {
  const text = { type: 'string' };
  const { values } = parseArgs({ args, options: { ids: text, seed: text, count: text, mutants: text, root: text, config: text } });
  const options = {
    ids: values.ids?.split(','),
    seed: values.seed,
    count: values.count === undefined ? undefined : Number(values.count),
    perId: values.mutants === undefined ? undefined : Number(values.mutants),
    root: values.root === undefined ? undefined : resolve(values.root),
    config: values.config,
  };
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const { passed, failed } = await checkSpecMutation(given);
  for (const line of failed) console.log(line);
  console.log(`${passed} passed, ${failed.length} failed`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
