/** One share of a sweep, in a process of its own: it is told what to do once, answers once, and ends. */
import { pathToFileURL } from 'node:url';

process.once('message', (task) => {
  run(task).then(
    (result) => process.send(result, () => process.disconnect()),
    (error) => {
      console.error(error?.code?.startsWith('KOPF_') ? error.message : error);
      process.exit(1);
    },
  );
});

async function run({ strategies, workloads, seed, share, module, mostFailures }) {
  const { STRATEGIES, sweep, WORKLOADS } = await import(module === undefined ? './simulator.mjs' : pathToFileURL(module).href);
  const chosen = pick(
    workloads,
    WORKLOADS.map(({ name }) => name),
    'workload',
  );
  return sweep({
    workloads: WORKLOADS.filter(({ name }) => chosen.includes(name)),
    strategies: pick(strategies, STRATEGIES, 'strategy'),
    seed,
    share,
    mostFailures,
  });
}

/** Those that were asked for, or all. */
function pick(wanted, known, what) {
  const unknown = wanted?.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw Object.assign(new Error(`there is no ${what} '${unknown}', only ${known.join(', ')}`), { code: 'KOPF_X' });
  return wanted ?? known;
}
