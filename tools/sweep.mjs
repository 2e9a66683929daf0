/**
 * `npm run sweep`: tells small stories of an operator again and again, with everything that can go wrong at every place, and checks the
 * invariants each time.
 *   npm run sweep                                  all strategies, all workloads, seed 1
 *   npm run sweep -- --strategy crash --seed 7     one of crash, pairs, watch, error, pause; another interleaving
 *   npm run sweep -- --workload update             one workload
 *   npm run sweep -- --plan 'update seed=1 @7:kill-c2'   one plan, with its history
 *   npm run sweep -- --drawn 1000 --seed 7         drawn stories instead, so many from that seed on
 * A failing plan is printed as the command that replays it. Exit code 1 if one fails.
 */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { coverageLines, coverageOf } from './sweep/coverage-table.mjs';
import { CommandFailedError, ensureBuilt, ensureInstalled, packageFolders } from './workspace.mjs';

const worker = fileURLToPath(new URL('./sweep/worker.mjs', import.meta.url));
const MOST_FAILURES_SHOWN = 10;
/** A story makes much that is soon forgotten, each processor has a worker of its own, and nobody reads where errors come from: a failure is replayed. */
const WORKER_OPTIONS = ['--max-semi-space-size=32', '--single-threaded-gc', '--stack-trace-limit=0'];

/**
 * Runs the sweep in as many processes as there are processors; resolves with the number of plans by strategy and the failures.
 * `module` is where the built simulator is; by default the package `testing`.
 */
export async function runSweep({ strategies, workloads, seed = 1, processes = availableParallelism(), module, mostFailures }) {
  const results = await inProcesses({ strategies, workloads, seed, module, mostFailures }, processes);
  const plans = {};
  for (const result of results) for (const [name, count] of Object.entries(result.plans)) plans[name] = (plans[name] ?? 0) + count;
  return { plans, ...sumOf(results) };
}

/** Each process does its share of a task. */
export function inProcesses(task, processes = availableParallelism()) {
  const shares = Array.from({ length: processes }, (_, nth) => ({ nth, of: processes }));
  return Promise.all(shares.map((share) => inProcess({ ...task, share })));
}

/** Failures and what was injected where, of all shares. */
export function sumOf(results) {
  return { failures: results.flatMap((result) => result.failures), coverage: coverageOf(results.map((result) => result.coverage)) };
}

function inProcess(task) {
  return new Promise((resolve, reject) => {
    const child = fork(worker, { execArgv: [...process.execArgv, ...WORKER_OPTIONS], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    let answer;
    child.on('message', (message) => (answer = message));
    child.on('error', reject);
    child.on('exit', (code) => (answer === undefined ? reject(new Error(`the sweep ended with ${code}`)) : resolve(answer)));
    child.send(task);
  });
}

/** For people: how many plans, and how to replay those that failed. */
export function sweepReport({ plans, failures }, seed) {
  const counts = Object.entries(plans).map(([name, count]) => `${name} ${count}`);
  const total = Object.values(plans).reduce((sum, count) => sum + count, 0);
  const lines = [`sweep: ${total} plans (${counts.join(', ')}), seed ${seed}, ${failures.length} failed`];
  return [...lines, ...failureLines(failures)];
}

/** How to replay each failure, and its smallest form. */
export function failureLines(failures) {
  return failures
    .slice(0, MOST_FAILURES_SHOWN)
    .flatMap(({ plan, shrunk = plan, violations }) => [
      `npm run sweep -- --plan '${shrunk}'`,
      ...(shrunk === plan ? [] : [`  (shrunk from '${plan}')`]),
      ...violations.slice(0, 3).map(({ invariant, message, seq }) => `  ${invariant} at ${seq ?? 'the end'}: ${message}`),
    ]);
}

/** As a step of `npm test` reports: each plan counts as a test. Runs one seed after the other, from `seed` on. */
export async function sweepSeeds({ seed = 1, count = 1 } = {}) {
  await ensureBuilt(packageFolders());
  const report = { passed: 0, failed: [] };
  for (let one = seed; one < seed + count; one += 1) {
    const result = await runSweep({ seed: one });
    const [summary, ...failures] = sweepReport(result, one);
    console.log(summary);
    for (const line of coverageLines(result.coverage)) console.log(line);
    report.failed.push(...failures);
    report.passed += Object.values(result.plans).reduce((sum, plans) => sum + plans, 0) - result.failures.length;
  }
  return report;
}

const OPTIONS = {
  strategy: { type: 'string', multiple: true },
  workload: { type: 'string', multiple: true },
  seed: { type: 'string', default: '1' },
  plan: { type: 'string' },
  drawn: { type: 'string' },
};

function refuseUnknown(what, wanted = [], known) {
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new CommandFailedError(`there is no ${what} '${unknown}', only ${known.join(', ')}`);
}

/** One line for a mistake of the caller, and what to do; the whole error for one of ours. */
function errorText(error) {
  if (error?.code?.startsWith('KOPF_')) return [error.message, error.remedy].filter(Boolean).join(' ');
  return error?.name === 'CommandFailedError' || error?.code?.startsWith('ERR_PARSE_ARGS') ? error.message : error;
}

async function main() {
  const { values } = parseArgs({ options: OPTIONS });
  await ensureInstalled();
  await ensureBuilt(packageFolders());
  if (values.plan !== undefined) {
    const { replay } = await import('./sweep/replay.mjs');
    process.exitCode = (await replay(values.plan)) === 0 ? 0 : 1;
    return;
  }
  const seed = Number(values.seed);
  if (!Number.isInteger(seed) || seed < 0) throw new CommandFailedError(`--seed is '${values.seed}', but must be a whole number from 0 on`);
  if (values.drawn !== undefined) {
    const { swarmSeeds } = await import('./swarm.mjs');
    process.exitCode = (await swarmSeeds({ seed, count: Number(values.drawn), faultless: 0 })).failed.length === 0 ? 0 : 1;
    return;
  }
  const { STRATEGIES, WORKLOADS } = await import('./sweep/simulator.mjs');
  refuseUnknown('strategy', values.strategy, STRATEGIES);
  refuseUnknown(
    'workload',
    values.workload,
    WORKLOADS.map(({ name }) => name),
  );
  const result = await runSweep({ strategies: values.strategy, workloads: values.workload, seed });
  for (const line of [...sweepReport(result, seed), ...coverageLines(result.coverage)]) console.log(line);
  process.exitCode = result.failures.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  main().catch((error) => {
    console.error(errorText(error));
    process.exitCode = 1;
  });
