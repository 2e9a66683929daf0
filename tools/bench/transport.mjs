/** Our adapter beside stock client-node, over TLS, in one run: each contestant in a process of its own, one after the other, against the same server. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { median } from './figures.mjs';

/** By how much ours is to be better, and what is measured: requests per second (`rate`), or microseconds of CPU (`cpu`). */
export const SCENARIOS = {
  patch50: { what: 'PATCH, 50 at once', kind: 'rate', target: 17 },
  patch50slow: { what: 'PATCH, 50 at once, server of 5 ms', kind: 'rate', target: 15 },
  patch1: { what: 'PATCH one after another, server of 5 ms', kind: 'rate', target: 2 },
  typed: { what: 'typed API, 10 at once', kind: 'rate', target: 13 },
  watch1: { what: 'watch, parsed, 1 KB', kind: 'cpu', target: 1.7 },
  watch4: { what: 'watch, parsed, 4 KB', kind: 'cpu', target: 1.6 },
  lazy1: { what: 'watch, not parsed, 1 KB', kind: 'cpu', target: 2.7 },
  lazy4: { what: 'watch, not parsed, 4 KB', kind: 'cpu', target: 2.4 },
  list4: { what: 'list in pages, 4 KB', kind: 'cpu', target: 2.3 },
};
/** Machines differ: below this part of its target a ratio is missed. */
export const ENOUGH = 0.8;
const PAIRS = 3;

const here = (script) => fileURLToPath(new URL(script, import.meta.url));
const stdio = ['ignore', 'inherit', 'inherit', 'ipc'];

export const STOCK = `client-node ${createRequire(import.meta.url)('@kubernetes/client-node/package.json').version}`;

/** The median ratio of a scenario, above 1 if ours is better, and the medians of both. */
export async function measureTransport(name) {
  const { kind } = SCENARIOS[name];
  const server = fork(here('./transport-server.mjs'), [], { stdio });
  try {
    const [{ port, ca }] = await once(server, 'message');
    const runs = [];
    for (let pair = 0; pair < PAIRS; pair += 1) {
      const [ours, stock] = [await run('ours', name, { port, ca }), await run('stock', name, { port, ca })];
      runs.push({ ours, stock, ratio: kind === 'rate' ? ours / stock : stock / ours });
    }
    const of = (key) => median(runs.map((one) => one[key]));
    return { ours: of('ours'), stock: of('stock'), ratio: of('ratio') };
  } finally {
    server.disconnect();
  }
}

async function run(contestant, scenario, { port, ca }) {
  const child = fork(here('./transport-client.mjs'), [contestant, scenario, String(port), ca], { stdio });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${contestant} in '${scenario}' ended with ${code}`);
  });
  const [value] = await Promise.race([once(child, 'message'), ended]);
  ended.catch(() => undefined);
  return value;
}
