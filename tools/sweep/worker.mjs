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

const MOST_SHRUNK = 3;

async function run({ strategies, workloads, seed, share, module, mostFailures, drawn, small, delays }) {
  const simulator = await import(module === undefined ? './simulator.mjs' : pathToFileURL(module).href);
  if (small !== undefined) return simulator.scope({ seed, bounds: withPart(small, share) });
  if (delays !== undefined) return simulator.delays({ seed, share, workloads, bounds: delays });
  const result =
    drawn === undefined
      ? await simulator.sweep({
          workloads: simulator.WORKLOADS.filter(({ name }) => workloads?.includes(name) ?? true),
          strategies: strategies ?? simulator.STRATEGIES,
          seed,
          share,
          mostFailures,
        })
      : await simulator.swarm({ seed, share, mostFailures, ...drawn });
  const failures = [];
  for (const failure of result.failures) failures.push(failures.length < MOST_SHRUNK ? await withShrunk(failure, simulator) : failure);
  return { ...result, failures };
}

/** A slice has as many parts as there are processes. */
function withPart({ slice, ...bounds }, { nth, of }) {
  return slice === undefined ? bounds : { ...bounds, slice: { nth: slice.nth * of + nth, of: slice.of * of } };
}

/** What of the plan is needed for its failure; a plan of one mishap of a written story has nothing to spare. */
async function withShrunk(failure, { parsePlan, planText, shrink }) {
  const { plan } = await shrink(parsePlan(failure.plan));
  return { ...failure, shrunk: planText(plan) };
}
