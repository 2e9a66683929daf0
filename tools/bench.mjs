/**
 * `npm run bench`: what it costs, against its targets. `npm run bench cost version` measures only those; `--profile` also prints
 * where the operator's time went. Exit code 1 if a target is missed. Not a part of the tests: no test depends on the time.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { table } from './bench/figures.mjs';
import { CommandFailedError, ensureBuilt, ensureInstalled } from './workspace.mjs';

const PAIRS = 9;
const OBJECTS = 500;
const TARGETS = { cost: 2.0, version: 200, server: 50, start: 2000 };

const ms = (value) => `${value.toFixed(0)} ms`;

const measurements = {
  async cost({ profile }) {
    const { measureCost } = await import('./bench/cost.mjs');
    const profileFolder = profile ? mkdtempSync(join(tmpdir(), 'kopf-profile-')) : undefined;
    const { ratio, ratios, operator, bare, pairs, objects } = await measureCost({ pairs: PAIRS, objects: OBJECTS, profileFolder });
    if (profileFolder !== undefined) await printProfile(profileFolder);
    const of = ({ cpuUs, perSecond }) => `${cpuUs.toFixed(0)} µs, ${perSecond.toFixed(0)}/s`;
    return {
      what: 'CPU per creation, operator / bare loop',
      value: ratio,
      text: `${ratio.toFixed(2)}×`,
      beside: `operator ${of(operator)}; bare loop ${of(bare)}; ${pairs} pairs of ${objects}: ${ratios}`,
      target: `≤ ${TARGETS.cost.toFixed(1)}×`,
    };
  },
  async version() {
    const { measureVersion } = await import('./bench/startup.mjs');
    const { tookMs, node } = measureVersion(10);
    return {
      what: 'kopf --version, whole process',
      value: tookMs,
      text: ms(tookMs),
      beside: `node -e 0: ${ms(node)}`,
      target: `≤ ${TARGETS.version} ms`,
    };
  },
  async server() {
    const { measureServerUp } = await import('./bench/startup.mjs');
    const { tookMs, processMs, node } = measureServerUp(5);
    const beside = `whole process ${ms(processMs)}; node -e 0: ${ms(node)}`;
    return { what: 'in-memory API server, first answer', value: tookMs, text: ms(tookMs), beside, target: `≤ ${TARGETS.server} ms` };
  },
  async start() {
    const { measureFirstHandler } = await import('./bench/startup.mjs');
    const { tookMs, node } = await measureFirstHandler(3);
    return {
      what: 'npm start, first greeting',
      value: tookMs,
      text: ms(tookMs),
      beside: `node -e 0: ${ms(node)}`,
      target: `≤ ${TARGETS.start} ms`,
    };
  },
};

async function printProfile(folder) {
  const { topFunctions } = await import('./bench/profile.mjs');
  const functions = topFunctions(join(folder, 'operator.cpuprofile'), 30);
  console.log(table(functions.map(({ title, share }) => [`${(share * 100).toFixed(1)} %`, title])));
  rmSync(folder, { recursive: true, force: true });
}

async function main() {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { profile: { type: 'boolean', default: false } } });
  const unknown = positionals.find((name) => !Object.hasOwn(measurements, name));
  if (unknown !== undefined)
    throw new CommandFailedError(`there is no measurement '${unknown}', only ${Object.keys(measurements).join(', ')}`);
  await ensureInstalled();
  await ensureBuilt(['core', 'kubernetes', 'persistence-annotations', 'apiserver', 'testing', 'cli']);
  const rows = [['', 'measured', 'target', '', 'beside']];
  let missed = 0;
  for (const name of positionals.length > 0 ? positionals : Object.keys(measurements)) {
    const { what, value, text, beside, target } = await measurements[name](values);
    const isMissed = !(value <= TARGETS[name]);
    if (isMissed) missed += 1;
    rows.push([what, text, target, isMissed ? 'MISSED' : 'ok', beside]);
  }
  console.log(`Node ${process.versions.node}, ${availableParallelism()} cores, ${process.platform} ${process.arch}\n${table(rows)}`);
  if (missed > 0) console.log(`${missed} missed`);
  process.exitCode = missed === 0 ? 0 : 1;
}

main().catch((error) => {
  console.error(error?.name === 'CommandFailedError' ? error.message : error);
  process.exitCode = 1;
});
