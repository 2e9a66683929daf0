/** The steps of `npm test`, in the order in which a reader wants to hear of a mistake. Each has a budget in time-budgets.json. */
import { checkBank } from './bank.mjs';
import { ensureKopf, KopfUnavailableError } from './kopf-python/environment.mjs';
import { ensureAssets, unavailableReason } from './kube-apiserver/build.mjs';
import { checkPackages } from './package-checks/check-packages.mjs';
import { checkReliability } from './reliability.mjs';
import { dryRunRelease } from './release/dry-run.mjs';
import { ensureRedis, RedisUnavailableError } from './redis/environment.mjs';
import { runTool } from './run-tool.mjs';
import { runVitest } from './run-vitest.mjs';
import { checkSpecIds } from './spec-ids.mjs';
import { checkSpecMutation } from './spec-mutation.mjs';
import { scopeStates, swarmSeeds } from './swarm.mjs';
import { sweepSeeds } from './sweep.mjs';
import { ensureBuilt, packageFolders, tool } from './workspace.mjs';

export const steps = [
  { name: 'format', run: () => check(tool('prettier'), ['--check', '--log-level=warn', '.']) },
  { name: 'lint', run: () => check(tool('eslint'), ['--max-warnings=0', '.']) },
  { name: 'types', run: () => check(tool('typescript', 'tsc'), ['-p', 'tsconfig.json', '--noEmit']) },
  {
    name: 'layers',
    run: () => check(tool('dependency-cruiser', 'depcruise'), ['--config', '.dependency-cruiser.mjs', 'packages', 'examples']),
  },
  { name: 'build', run: () => ensureBuilt(packageFolders()).then(() => ({ passed: 1 })) },
  { name: 'unit', run: () => runVitest(['unit', 'types']) },
  { name: 'sweep', run: () => sweepSeeds() },
  { name: 'swarm', run: swarmStep },
  { name: 'bank', run: () => checkBank({ count: 12 }) },
  { name: 'process', run: () => runVitest(['process']) },
  { name: 'control-plane', run: buildControlPlane },
  { name: 'kopf-python', run: installKopf },
  { name: 'redis', run: fetchRedis },
  { name: 'real', run: runReal },
  { name: 'packages', run: () => checkPackages(packageFolders()) },
  { name: 'release', run: () => dryRunRelease() },
  { name: 'spec-ids', run: () => checkSpecIds() },
  { name: 'reliability', run: () => checkReliability() },
  { name: 'spec-mutation', run: () => checkSpecMutation() },
];

/** A command that says nothing when all is well: its output is shown only if it fails. */
async function check(file, args) {
  const { code, output } = await runTool(file, args);
  return code === 0 ? { passed: 1 } : { failed: [output.trim() || `ended with ${code}`] };
}

/** Drawn stories, and a small world in full. */
async function swarmStep() {
  const [drawn, small] = [await swarmSeeds(), await scopeStates()];
  return { passed: drawn.passed + small.passed, failed: [...drawn.failed, ...small.failed] };
}

/** Much of their time is waiting, and what waits shares its control plane with nobody else: so two of them, each for a half of the suites. */
function runReal() {
  if (unavailableReason() !== undefined) return { skipped: [`real: ${unavailableReason()}`] };
  return runVitest(['real'], { lanes: 2 });
}

async function buildControlPlane() {
  if (unavailableReason() !== undefined) return { skipped: [`control-plane: ${unavailableReason()}`] };
  const { built } = await ensureAssets({ log: (line) => console.error(line) });
  return { passed: 1, isCold: built };
}

/** Only suites that run it need it: where it cannot be had, they say so, too. */
async function installKopf() {
  try {
    const { built } = await ensureKopf({ log: (line) => console.error(line) });
    return { passed: 1, isCold: built };
  } catch (error) {
    if (!(error instanceof KopfUnavailableError)) throw error;
    return { skipped: [`kopf-python: ${error.message}`] };
  }
}

/** The same of the suites on a real Redis. */
async function fetchRedis() {
  try {
    const { built } = await ensureRedis({ log: (line) => console.error(line) });
    return { passed: 1, isCold: built };
  } catch (error) {
    if (!(error instanceof RedisUnavailableError)) throw error;
    return { skipped: [`redis: ${error.message}`] };
  }
}
