/** One share of a sweep, in a process of its own: it is told what to do once, answers once, and ends. */
import { pathToFileURL } from 'node:url';

process.once('message', (task) => {
  run(task).then(
    (result) => process.send(result, () => process.disconnect()),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
});

async function run({ strategies, workloads, seed, share, module, mostFailures }) {
  const { STRATEGIES, sweep, WORKLOADS } = await import(module === undefined ? './simulator.mjs' : pathToFileURL(module).href);
  return sweep({
    workloads: WORKLOADS.filter(({ name }) => workloads?.includes(name) ?? true),
    strategies: strategies ?? STRATEGIES,
    seed,
    share,
    mostFailures,
  });
}
