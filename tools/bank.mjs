/**
 * `npm run bank`: every bug of the bank is planted into a copy of the sources, and the strategy that is named has to find it.
 *   npm run bank                            all of them, two at a time
 *   npm run bank -- --only NAME,NAME        these
 *   npm run bank -- --count 10 --seed X     ten, drawn by a seed; by default the commit
 * One line for each: `killed NAME by STRATEGY in N s`. Exit code 1 if one survives.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { MUTANTS } from './bank/mutants.mjs';
import { runPlantedSuite } from './bank/run-planted-suite.mjs';
import { draw } from './spec-mutation/draw.mjs';
import { commitSeed } from './spec-mutation.mjs';
import { runSwarm } from './swarm.mjs';
import { runSweep } from './sweep.mjs';
import { bundleWith } from './sweep/planted-bugs.mjs';
import { CommandFailedError, ensureBuilt, ensureInstalled, packageFolders } from './workspace.mjs';

/** What killed a mutant; `by` is undefined for one that survived. */
async function tryMutant(mutant) {
  const startedMs = performance.now();
  const by = mutant.suite === undefined ? await sweepMutant(mutant) : await testMutant(mutant);
  return { name: mutant.name, is: mutant.is, by, seconds: (performance.now() - startedMs) / 1000 };
}

async function testMutant({ suite, changes }) {
  return (await runPlantedSuite(suite, changes)) ? undefined : suite.replace(/^.*\//, '');
}

async function sweepMutant(mutant) {
  const { module, remove } = await bundleWith(mutant);
  try {
    if (mutant.drawn !== undefined) return await drawMutant(mutant.drawn, module);
    const { strategies, workloads } = mutant;
    const result = await runSweep({ strategies, workloads, seed: 1, processes: 1, module, mostFailures: 1 }).catch(asStuck);
    if (result === undefined) return `${strategies.join('+')} (the story never comes to rest)`;
    const [first] = result.failures;
    return (
      first && `${strategies.join('+')} (${[...new Set(first.violations.map(({ invariant }) => invariant))].join(', ')}: ${first.plan})`
    );
  } finally {
    remove();
  }
}

async function drawMutant(seeds, module) {
  const { failures } = await runSwarm({ ...seeds, processes: 1, module, mostFailures: 1 });
  const [first] = failures;
  return (
    first && `drawn stories (${[...new Set(first.violations.map(({ invariant }) => invariant))].join(', ')}: ${first.shrunk ?? first.plan})`
  );
}

/** The sources with the bug were put together, so it is the bug that keeps the sweep from its end. */
function asStuck() {
  return undefined;
}

/** Tries mutants, some at a time, and reports like a step of `npm test`. */
export async function checkBank({ only, count, seed = commitSeed() } = {}) {
  await ensureBuilt(packageFolders());
  const mutants = chosen({ only, count, seed });
  const report = { passed: 0, failed: [] };
  const times = [];
  const queue = [...mutants];
  const work = async () => {
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const { name, is, by, seconds } = await tryMutant(mutant);
      times.push(seconds);
      if (by === undefined) report.failed.push(`the mutant '${name}' survived (${is}); again: npm run bank -- --only ${name}`);
      else report.passed += 1;
      console.log(by === undefined ? `survived ${name}: ${is}` : `killed ${name} by ${by} in ${seconds.toFixed(1)} s`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work));
  const median = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
  console.log(`bank: ${report.passed} of ${mutants.length} killed, median ${median.toFixed(1)} s`);
  return report;
}

function chosen({ only, count, seed }) {
  if (only === undefined) return count === undefined ? MUTANTS : drawn(count, seed);
  return only.map((name) => {
    const found = MUTANTS.find((mutant) => mutant.name === name);
    if (found === undefined)
      throw new CommandFailedError(`there is no mutant '${name}', only ${MUTANTS.map((mutant) => mutant.name).join(', ')}`);
    return found;
  });
}

function drawn(count, seed) {
  console.log(`bank: ${count} of ${MUTANTS.length} mutants, seed ${seed}`);
  const candidates = MUTANTS.map((mutant) => ({ id: mutant.name, mutant }));
  return draw(candidates, { seed, count }).map(({ mutant }) => mutant);
}

async function main() {
  const text = { type: 'string' };
  const { values } = parseArgs({ options: { only: text, count: text, seed: text } });
  await ensureInstalled();
  const { failed } = await checkBank({
    only: values.only?.split(','),
    count: values.count === undefined ? undefined : wholeNumber(values.count),
    seed: values.seed,
  });
  for (const line of failed) console.log(line);
  process.exitCode = failed.length === 0 ? 0 : 1;
}

function wholeNumber(value) {
  if (/^[1-9]\d*$/.test(value)) return Number(value);
  throw new CommandFailedError(`--count is '${value}', but must be a whole number from 1 on`);
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  main().catch((error) => {
    console.error(error?.name === 'CommandFailedError' || error?.code?.startsWith('ERR_PARSE_ARGS') ? error.message : error);
    process.exitCode = 1;
  });
