/** Stories drawn by a seed, with the faults that it draws, by the thousand (`npm run sweep -- --drawn 1000`). */
import { availableParallelism } from 'node:os';
import { failureLines, inProcesses, sumOf } from './sweep.mjs';
import { coverageLines } from './sweep/coverage-table.mjs';
import { ensureBuilt, packageFolders } from './workspace.mjs';

/** Tells so many drawn stories, in as many processes as there are processors. */
export async function runSwarm({ seed = 1, count, faultless = false, processes, module, mostFailures }) {
  const results = await inProcesses({ seed, module, mostFailures, drawn: { count, faultless } }, processes);
  return { seeds: results.reduce((sum, { seeds }) => sum + seeds, 0), ...sumOf(results) };
}

/** As a step of `npm test` reports: `count` seeds with faults, and `faultless` without, where every failure is a false alarm or a bug of its own. */
export async function swarmSeeds({ seed = 1, count = 1000, faultless = 300 } = {}) {
  await ensureBuilt(packageFolders());
  const report = { passed: 0, failed: [] };
  for (const form of [
    { count, faultless: false },
    { count: faultless, faultless: true },
  ]) {
    if (form.count === 0) continue;
    const startedMs = performance.now();
    const { seeds, failures, coverage } = await runSwarm({ seed, ...form });
    const perSecond = (seeds / ((performance.now() - startedMs) / 1000)).toFixed(1);
    const what = form.faultless ? 'drawn stories without faults' : 'drawn stories';
    console.log(`swarm: ${seeds} ${what} from seed ${seed} on, ${failures.length} failed, ${perSecond} a second`);
    for (const line of coverageLines(coverage)) console.log(line);
    report.failed.push(...failureLines(failures));
    report.passed += seeds - failures.length;
  }
  return report;
}

/** What a small world can come to within these bounds, in a process of its own: every state, and every way to it judged. */
export async function runScope({ seed = 1, module, ...small }) {
  const [result] = await inProcesses({ seed, module, small }, 1);
  return result;
}

/** As a step reports: each way to a state counts as a test. */
export async function scopeStates({ seed = 1, deeds = 2, faults = 1, waits = 1, mostRuns } = {}) {
  await ensureBuilt(packageFolders());
  return scopeReport(await runScope({ seed, deeds, faults, waits, mostRuns }), `${deeds} deeds, ${faults} faults, ${waits} waits`);
}

/** The slice that the seed says, of so many, as large a part of it as `mostRuns` allow: each process has a part of its own. */
export async function scopeSlice({ seed = 1, deeds, faults, waits = 1, slices, mostRuns }) {
  await ensureBuilt(packageFolders());
  const processes = availableParallelism();
  const slice = { nth: seed % slices, of: slices };
  const results = await inProcesses({ seed, small: { deeds, faults, waits, mostRuns: Math.ceil(mostRuns / processes), slice } }, processes);
  const sum = (count) => results.reduce((total, result) => total + count(result), 0);
  const all = {
    runs: sum(({ runs }) => runs),
    states: sum(({ states }) => states),
    isComplete: results.every(({ isComplete }) => isComplete),
    failures: results.flatMap(({ failures }) => failures),
  };
  return scopeReport(all, `${deeds} deeds, ${faults} faults, ${waits} waits, slice ${slice.nth} of ${slices} in ${processes} parts`);
}

function scopeReport({ runs, states, isComplete, failures }, bounds) {
  console.log(`small world: ${states} states in ${runs} runs (${bounds}${isComplete ? '' : ', not all'}), ${failures.length} failed`);
  return { passed: runs - failures.length, failed: failureLines(failures) };
}

/** Every interleaving of the written stories that is some delays from everything in turn, no more of each story than `mostRuns`. */
export async function delayedRuns({ seed = 1, mostDelays = 2, mostRuns, workloads }) {
  await ensureBuilt(packageFolders());
  const results = await inProcesses({ seed, workloads, delays: { mostDelays, mostRuns } });
  const stories = results.flatMap((result) => result.stories);
  for (const { workload, runs, deepest, isComplete } of stories)
    console.log(`delays: ${workload}: ${runs} runs, up to ${deepest} delays${isComplete ? '' : ', not all'}`);
  const failures = results.flatMap((result) => result.failures);
  const runs = stories.reduce((total, story) => total + story.runs, 0);
  return { passed: runs - failures.length, failed: failureLines(failures) };
}
