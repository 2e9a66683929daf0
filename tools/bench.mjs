/**
 * `npm run bench`: what it costs, against its targets. `npm run bench cost version` measures only those, `npm run bench apiserver`
 * all of the in-memory API server, `npm run bench transport` the adapter beside stock client-node, `npm run bench facts` what facts and metrics cost, `npm run bench memory` what objects at rest cost, `npm run bench stores` what a memory in Redis costs; `--profile` also prints
 * where the operator's time went. Exit code 1 if a target is missed. Not a part of the tests: no test depends on the time.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { table } from './bench/figures.mjs';
import { ENOUGH, measureTransport, SCENARIOS, STOCK } from './bench/transport.mjs';
import { CommandFailedError, ensureBuilt, ensureInstalled } from './workspace.mjs';

const TURNS = 9;
const OBJECTS = 500;
/** Differences of a few hundredths need more pairs. */
const FACT_TURNS = 15;
/** Of the engine alone; bursts are small, so that some of them are disturbed by nobody. */
const FACT_BURSTS = { turns: 120, objects: 50 };
/** On the real server. */
const BURST_TURNS = 3;
const BURST_OBJECTS = 2000;
const TARGETS = {
  cost: 1.6,
  status: 2.5,
  burst: 1.3,
  'burst-status': 1.3,
  kopf: 0.3,
  facts: 1.05,
  'facts-metrics': 1.15,
  'facts-least': 1.05,
  'facts-metrics-least': 1.15,
  // Less than a pointer for each object.
  'metrics-memory': 512,
  version: 200,
  server: 50,
  start: 2000,
  help: 250,
  'first-js': 200,
  'first-ts': 500,
  'in-cluster': 200,
  'in-cluster-memory': 70,
  installed: 25,
  'installed-size': 20,
  footprint: 128,
  tls: 350,
  writes: atLeast(10_000),
  http: atLeast(3_000),
  memory: 300,
  resting: 1024,
  resumed: atLeast(15_000),
  lag: 50,
  watchers: atLeast(100_000),
  timers: 5,
  'timer-memory': 512,
  'daemon-memory': 2048,
  redis: 1.2,
  'redis-load': 3000,
  ...Object.fromEntries(Object.entries(SCENARIOS).map(([name, { target }]) => [name, { least: target * ENOUGH }])),
};
/** Names for several. */
const GROUPS = {
  apiserver: ['server', 'tls', 'writes', 'http', 'memory', 'watchers'],
  'command-line': [
    'version',
    'help',
    'first-js',
    'first-ts',
    'in-cluster',
    'in-cluster-memory',
    'installed',
    'installed-size',
    'footprint',
  ],
  real: ['burst', 'burst-status', 'kopf'],
  facts: ['facts', 'facts-metrics', 'facts-least', 'facts-metrics-least', 'metrics-memory'],
  operator: ['resting', 'resumed', 'lag', 'timers', 'timer-memory', 'daemon-memory'],
  memory: ['memory', 'resting', 'resumed', 'lag'],
  stores: ['redis', 'redis-load'],
  transport: Object.keys(SCENARIOS),
};

function atLeast(least) {
  return { least };
}

function isMissed(value, target) {
  return typeof target === 'number' ? !(value <= target) : !(value >= target.least);
}

const ms = (value) => `${value.toFixed(0)} ms`;
const perSecond = (value) => `${value.toFixed(0)}/s`;
const rate = ({ wall, cpu }) => `${perSecond(wall)} on the wall, ${perSecond(cpu)} of CPU`;

let measuredResting;
/** One run gives three figures. */
async function resting() {
  const { measureResting } = await import('./bench/resting.mjs');
  return (measuredResting ??= await measureResting(100_000));
}

let measuredTimers;
/** One run gives all three. */
async function timers() {
  const { measureTimers } = await import('./bench/timers.mjs');
  return (measuredTimers ??= await measureTimers({ objects: 10_000, intervalSeconds: 10, seconds: 20 }));
}

let measuredInstall;
/** One run gives two figures. */
async function installed() {
  const { measureInstall } = await import('./bench/command-line.mjs');
  return (measuredInstall ??= await measureInstall());
}

let measuredCost;
/** One run gives both. */
async function cost(profile) {
  if (measuredCost) return measuredCost;
  const { measureCost } = await import('./bench/cost.mjs');
  const profileFolder = profile ? mkdtempSync(join(tmpdir(), 'kopf-profile-')) : undefined;
  measuredCost = await measureCost({ turns: TURNS, objects: OBJECTS, profileFolder });
  if (profileFolder !== undefined) await printProfile(profileFolder);
  return measuredCost;
}

let measuredBursts;
/** One run gives three. */
async function bursts() {
  const { measureBursts } = await import('./bench/cost.mjs');
  return (measuredBursts ??= await measureBursts({ turns: BURST_TURNS, objects: BURST_OBJECTS }));
}

let measuredInCluster;
/** One run gives both. */
async function inCluster() {
  const { measureInCluster } = await import('./bench/in-cluster.mjs');
  return (measuredInCluster ??= await measureInCluster(9));
}

let measuredFacts;
/** One run gives both. */
async function facts() {
  const { measureFacts } = await import('./bench/facts.mjs');
  return (measuredFacts ??= await measureFacts({ turns: FACT_TURNS, objects: OBJECTS }));
}

let measuredFactsAlone;
/** One run gives both. */
async function factsAlone() {
  const { measureFactsAlone } = await import('./bench/facts.mjs');
  return (measuredFactsAlone ??= await measureFactsAlone(FACT_BURSTS));
}

/** What facts add to the engine alone, where others disturbed least, on top of what the published operator costs without facts. */
async function leastFactsOf(name, { what, target }) {
  const alone = await factsAlone();
  const { none, control } = alone;
  const published = (await facts()).contestants['facts-none'].leastUs;
  const addedUs = alone[name].leastUs - none.leastUs;
  const value = 1 + addedUs / published;
  const { ratio, ratios, bytes } = alone[name];
  const beside = [
    `${addedUs.toFixed(1)} µs on ${published.toFixed(0)} µs`,
    `engine alone ${(alone[name].leastUs / none.leastUs).toFixed(3)} at its least, of ${FACT_BURSTS.turns} pairs ${ratio.toFixed(3)} (${ratios})`,
    `no facts beside no facts ${(control.leastUs / none.leastUs).toFixed(3)} and ${control.ratio.toFixed(3)}`,
    `${(bytes - none.bytes).toFixed(0)} bytes more than ${none.bytes.toFixed(0)}`,
  ];
  return { what, value, text: `${value.toFixed(3)}×`, beside: beside.join('; '), target: `≤ ${target}×` };
}

function factsOf(measured, { of, what, target }) {
  const { ratio, ratios } = measured[of];
  const beside = Object.entries(measured.contestants).map(([name, cost]) => `${name} ${costOf(cost)}`);
  const text = `${ratio.toFixed(3)}×`;
  return { what, value: ratio, text, beside: `${beside.join('; ')}; ${measured.turns} turns: ${ratios}`, target: `≤ ${target}×` };
}

const costOf = ({ cpuUs, perSecond: rateOfWall }) => `${cpuUs.toFixed(0)} µs, ${rateOfWall.toFixed(0)}/s`;

function pairOf(store, { pairs, contestants, turns, objects }, { what, target }) {
  const { ratio, ratios } = pairs[store];
  const mark = store === 'status' ? '-status' : '';
  const both = `operator ${costOf(contestants[`operator${mark}`])}; bare loop ${costOf(contestants[`bare${mark}`])}`;
  return {
    what,
    value: ratio,
    text: `${ratio.toFixed(2)}×`,
    beside: `${both}; ${turns} pairs of ${objects}: ${ratios}`,
    target: `≤ ${target.toFixed(1)}×`,
  };
}

const measurements = {
  async cost({ profile }) {
    return pairOf('annotations', await cost(profile), { what: 'CPU per creation, operator / bare loop', target: TARGETS.cost });
  },
  async status({ profile }) {
    return pairOf('status', await cost(profile), { what: 'the same with the status store', target: TARGETS.status });
  },
  async burst() {
    return pairOf('annotations', await bursts(), { what: 'the same, real server over TLS, annotations', target: TARGETS.burst });
  },
  async 'burst-status'() {
    return pairOf('status', await bursts(), { what: 'the same, real server over TLS, status', target: TARGETS['burst-status'] });
  },
  async kopf() {
    const { kopf, contestants } = await bursts();
    const { ratio, ratios } = kopf.annotations;
    const beside = `${ratios}; with the status store ${kopf.status.ratio.toFixed(2)}; Kopf ${costOf(contestants.kopf)}`;
    const text = `${ratio.toFixed(2)}×`;
    return { what: "CPU per creation beside Python's Kopf, same run", value: ratio, text, beside, target: `≤ ${TARGETS.kopf.toFixed(1)}×` };
  },
  async facts() {
    return factsOf(await facts(), { of: 'plain', what: 'CPU per creation, facts that nobody hears / none', target: TARGETS.facts });
  },
  async 'facts-metrics'() {
    return factsOf(await facts(), { of: 'metrics', what: 'the same with metrics', target: TARGETS['facts-metrics'] });
  },
  async 'facts-least'() {
    return leastFactsOf('plain', { what: 'facts that nobody hears, disturbed least', target: TARGETS['facts-least'] });
  },
  async 'facts-metrics-least'() {
    return leastFactsOf('metrics', { what: 'the same with metrics', target: TARGETS['facts-metrics-least'] });
  },
  async 'metrics-memory'() {
    const { measureMetricsMemory } = await import('./bench/metrics-memory.mjs');
    const { grownBytes, series, seriesBefore } = measureMetricsMemory(100_000);
    const value = Math.max(0, grownBytes) / 1024;
    return {
      what: 'heap of metrics, grown by 100,000 objects',
      value,
      text: `${value.toFixed(0)} KiB`,
      beside: `${series} series, ${seriesBefore} before`,
      target: `≤ ${TARGETS['metrics-memory']} KiB`,
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
    const { tookMs, cpuMs, processMs, node } = measureServerUp(5);
    const beside = `CPU ${ms(cpuMs)}; whole process ${ms(processMs)}; node -e 0: ${ms(node)}`;
    return { what: 'in-memory API server, first answer', value: tookMs, text: ms(tookMs), beside, target: `≤ ${TARGETS.server} ms` };
  },
  async tls() {
    const { measureServerUp } = await import('./bench/startup.mjs');
    const { tookMs, cpuMs, node } = measureServerUp(5, 'tls');
    return {
      what: 'the same over HTTPS, certificate made',
      value: tookMs,
      text: ms(tookMs),
      beside: `CPU ${ms(cpuMs)}; node -e 0: ${ms(node)}`,
      target: `≤ ${TARGETS.tls} ms`,
    };
  },
  async writes() {
    const { measureLoad } = await import('./bench/apiserver.mjs');
    const { creations, patches } = measureLoad('writes');
    const value = Math.min(creations.cpu, patches.cpu);
    const beside = `creations ${rate(creations)}, patches ${rate(patches)}`;
    return { what: 'writes in process, per second of CPU', value, text: perSecond(value), beside, target: `≥ ${TARGETS.writes.least}/s` };
  },
  async http() {
    const { measureHttp } = await import('./bench/apiserver.mjs');
    const { api, bare, ratio } = await measureHttp(5);
    const beside = `${rate(api)}; bare HTTP ${rate(bare)}; ratio ${ratio.toFixed(2)}`;
    return {
      what: 'creations over HTTP, per second of CPU',
      value: api.cpu,
      text: perSecond(api.cpu),
      beside,
      target: `≥ ${TARGETS.http.least}/s`,
    };
  },
  async memory() {
    const { measureLoad } = await import('./bench/apiserver.mjs');
    const { rssMb, grownMb, heapMb } = measureLoad('memory');
    const beside = `whole process ${rssMb.toFixed(0)} MB, heap ${heapMb.toFixed(0)} MB`;
    return { what: '100,000 objects of 1 KB', value: grownMb, text: `${grownMb.toFixed(0)} MB`, beside, target: '≤ 300 MB' };
  },
  async resting() {
    const { bytes } = await resting();
    const text = `${bytes.toFixed(0)} bytes`;
    return { what: 'operator, per handled object at rest', value: bytes, text, beside: 'heap after collection', target: '≤ 1024 bytes' };
  },
  async resumed() {
    const { perSecond: rates } = await resting();
    const target = `≥ ${TARGETS.resumed.least}/s`;
    return {
      what: 'handled objects from list to rest, per second of CPU',
      value: rates.cpu,
      text: perSecond(rates.cpu),
      beside: rate(rates),
      target,
    };
  },
  async lag() {
    const { lag, idle } = await resting();
    const most = `most ${ms(lag.mostMs)}; a process that does nothing: ${ms(idle.p99Ms)}, most ${ms(idle.mostMs)}`;
    return {
      what: 'event loop held up meanwhile, 99 %',
      value: lag.p99Ms,
      text: ms(lag.p99Ms),
      beside: most,
      target: `≤ ${TARGETS.lag} ms`,
    };
  },
  async timers() {
    const { core, ticksPerSecond } = await timers();
    const value = core * 100;
    const text = `${value.toFixed(1)} %`;
    return {
      what: '10,000 timers of 10 s, part of a core',
      value,
      text,
      beside: `${perSecond(ticksPerSecond)} ran`,
      target: `≤ ${TARGETS.timers} %`,
    };
  },
  async 'timer-memory'() {
    const { timerBytes: value } = await timers();
    const target = `≤ ${TARGETS['timer-memory']} bytes`;
    return {
      what: 'memory of a timer, without the body',
      value,
      text: `${value.toFixed(0)} bytes`,
      beside: 'heap after collection',
      target,
    };
  },
  async 'daemon-memory'() {
    const { daemonBytes: value } = await timers();
    const target = `≤ ${TARGETS['daemon-memory']} bytes`;
    return {
      what: 'memory of a daemon that waits, with its promise',
      value,
      text: `${value.toFixed(0)} bytes`,
      beside: 'heap after collection',
      target,
    };
  },
  async watchers() {
    const { measureLoad } = await import('./bench/apiserver.mjs');
    const rates = measureLoad('watchers');
    const target = `≥ ${TARGETS.watchers.least}/s`;
    return {
      what: 'events to 1,000 watchers, per second of CPU',
      value: rates.cpu,
      text: perSecond(rates.cpu),
      beside: rate(rates),
      target,
    };
  },
  async redis() {
    const { measureStores } = await import('./bench/stores.mjs');
    const { ratio, ratios, cpuUs, turns, objects } = await measureStores({ turns: TURNS, objects: OBJECTS });
    const beside = `Redis ${cpuUs.redis.toFixed(0)} µs; status ${cpuUs.status.toFixed(0)} µs; ${turns} pairs of ${objects}: ${ratios}`;
    const what = 'CPU per change, memory in Redis / in the status';
    return { what, value: ratio, text: `${ratio.toFixed(2)}×`, beside, target: `≤ ${TARGETS.redis.toFixed(1)}×` };
  },
  async 'redis-load'() {
    const { measureLoad } = await import('./bench/stores.mjs');
    const { tookMs, cpuMs } = await measureLoad(100_000);
    const target = `≤ ${TARGETS['redis-load']} ms`;
    return { what: '100,000 objects loaded from Redis at the start', value: tookMs, text: ms(tookMs), beside: `CPU ${ms(cpuMs)}`, target };
  },
  async installed() {
    const { packages, all } = await installed();
    const beside = `with client-node ${all}`;
    return {
      what: 'packages installed for an operator',
      value: packages,
      text: String(packages),
      beside,
      target: `≤ ${TARGETS.installed}`,
    };
  },
  async 'installed-size'() {
    const { mib, allMib } = await installed();
    const beside = `with client-node ${allMib.toFixed(0)} MiB`;
    const target = `≤ ${TARGETS['installed-size']} MiB`;
    return { what: 'their size', value: mib, text: `${mib.toFixed(1)} MiB`, beside, target };
  },
  async 'in-cluster'() {
    const { tookMs, node } = await inCluster();
    const target = `≤ ${TARGETS['in-cluster']} ms`;
    return {
      what: 'kopf run in a pod to the first request, JavaScript',
      value: tookMs,
      text: ms(tookMs),
      beside: `node -e 0: ${ms(node)}`,
      target,
    };
  },
  async 'in-cluster-memory'() {
    const { rssMb } = await inCluster();
    const target = `≤ ${TARGETS['in-cluster-memory']} MB`;
    return {
      what: 'its memory then, whole process',
      value: rssMb,
      text: `${rssMb.toFixed(0)} MB`,
      beside: `Node ${process.version}`,
      target,
    };
  },
  async footprint() {
    const { measureFootprint } = await import('./bench/command-line.mjs');
    const { mib, mostMib } = await measureFootprint(10_000);
    const beside = `the most it had: ${mostMib.toFixed(0)} MiB`;
    const target = `≤ ${TARGETS.footprint} MiB`;
    return { what: 'kopf run over 10,000 objects of 1 KB, whole process', value: mib, text: `${mib.toFixed(0)} MiB`, beside, target };
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

for (const [name, what, extension] of [
  ['help', 'kopf --help, whole process'],
  ['first-js', 'kopf run to the first request, JavaScript', 'js'],
  ['first-ts', 'kopf run to the first request, TypeScript', 'ts'],
]) {
  measurements[name] = async () => {
    const { measureFirstRequest, measureHelp } = await import('./bench/command-line.mjs');
    const { tookMs, node } = await (extension === undefined ? measureHelp(9) : measureFirstRequest(9, extension));
    return { what, value: tookMs, text: ms(tookMs), beside: `node -e 0: ${ms(node)}`, target: `≤ ${TARGETS[name]} ms` };
  };
}

for (const [name, { what, kind, target }] of Object.entries(SCENARIOS)) {
  measurements[name] = async () => {
    const { ours, stock, ratio } = await measureTransport(name);
    const of = (value) => (kind === 'rate' ? perSecond(value) : `${value.toFixed(1)} µs of CPU`);
    const beside = `${of(ours)}; ${STOCK}: ${of(stock)}`;
    return { what, value: ratio, text: `${ratio.toFixed(1)}×`, beside, target: `${target}×, at least ${(target * ENOUGH).toFixed(1)}×` };
  };
}

async function printProfile(folder) {
  const { topFunctions } = await import('./bench/profile.mjs');
  const functions = topFunctions(join(folder, 'operator.cpuprofile'), 30);
  console.log(table(functions.map(({ title, share }) => [`${(share * 100).toFixed(1)} %`, title])));
  rmSync(folder, { recursive: true, force: true });
}

async function main() {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { profile: { type: 'boolean', default: false } } });
  const names = positionals.flatMap((name) => (Object.hasOwn(GROUPS, name) ? GROUPS[name] : [name]));
  const unknown = names.find((name) => !Object.hasOwn(measurements, name));
  if (unknown !== undefined) {
    const known = [...Object.keys(measurements), ...Object.keys(GROUPS)].join(', ');
    throw new CommandFailedError(`there is no measurement '${unknown}', only ${known}`);
  }
  await ensureInstalled();
  await ensureBuilt(['core', 'kubernetes', 'persistence-annotations', 'persistence-redis', 'apiserver', 'testing', 'cli', 'observability']);
  // What milliseconds and parts of a core mean here: the targets are of a machine where this takes about 85 ms.
  const { measureNode } = await import('./bench/startup.mjs');
  const speed = `node -e 0: ${ms(measureNode(5))}`;
  const rows = [['', 'measured', 'target', '', 'beside']];
  let missed = 0;
  for (const name of names.length > 0
    ? names
    : Object.keys(measurements).filter((name) => ![...GROUPS.real, ...GROUPS.stores].includes(name))) {
    const { what, value, text, beside, target } = await measurements[name](values);
    const isOver = isMissed(value, TARGETS[name]);
    if (isOver) missed += 1;
    rows.push([what, text, target, isOver ? 'MISSED' : 'ok', beside]);
  }
  console.log(
    `Node ${process.versions.node}, ${availableParallelism()} cores, ${process.platform} ${process.arch}, ${speed}\n${table(rows)}`,
  );
  if (missed > 0) console.log(`${missed} missed`);
  process.exitCode = missed === 0 ? 0 : 1;
}

main().catch((error) => {
  const isUsage = error?.name === 'CommandFailedError' || String(error?.code).startsWith('ERR_PARSE_ARGS');
  console.error(isUsage ? error.message : error);
  process.exitCode = 1;
});
