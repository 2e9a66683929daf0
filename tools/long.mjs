/**
 * Longer forms of suites, for a night or before a release. Each repeats itself under its seed.
 *   npm run long                                      all of them, each with a new seed
 *   npm run long -- crash-sweep --seed 7 --count 20   this one, again or shorter
 *   npm run long -- --list
 * To add one, add a line to the list. A suite reads KOPFTS_SEED (an integer) and KOPFTS_COUNT and does more, or other, than usual.
 */
import { fileURLToPath } from 'node:url';
import { checkBank } from './bank.mjs';
import { otherVersions, propertySuites, runLongForms, suites } from './run-long.mjs';
import { checkSpecMutation } from './spec-mutation.mjs';
import { delayedRuns, scopeSlice, swarmSeeds } from './swarm.mjs';
import { sweepSeeds } from './sweep.mjs';

/** `{ name, what, count, run({ seed, count }) }`; `run` reports like a step of `npm test`, `count` is how much is done by default. */
export const longForms = [
  { name: 'properties', what: 'property tests, runs of each', count: 5000, run: suites(propertySuites()) },
  {
    name: 'crash-sweep',
    what: 'crashes and faults at every request, seeds',
    count: 50,
    run: suites(['packages/testing/test/crash-sweep.test.ts']),
  },
  {
    name: 'crash-update',
    what: 'an update that dies at every pair of requests, seeds',
    count: 5,
    run: suites(['packages/testing/test/crash-update.test.ts']),
  },
  {
    name: 'fuzz',
    what: 'the same random requests to a real kube-apiserver and to ours, requests',
    count: 100_000,
    run: suites(['packages/apiserver/test/fuzz.real.test.ts'], { project: 'real' }),
  },
  {
    name: 'kopf-differential',
    what: "scenarios that Python's Kopf plays again, beside ours, at most",
    count: 1000,
    run: suites(['packages/testing/test/differential/'], { project: 'real' }),
  },
  {
    name: 'api-server-writes',
    what: 'memory and handles of the in-memory API server over many writes, writes',
    count: 1_000_000,
    run: suites(['packages/apiserver/test/growth.test.ts']),
  },
  {
    name: 'background',
    what: 'timers and daemons through 30 virtual days and three lives, objects',
    count: 1000,
    run: suites(['packages/testing/test/background-volume.test.ts']),
  },
  {
    name: 'churn',
    what: 'objects that are created, handled and deleted, and what is left of them, objects',
    count: 1_000_000,
    run: suites(['packages/testing/test/churn.test.ts']),
  },
  {
    name: 'large-list',
    what: 'a list on a real kube-apiserver that is longer than the history, objects',
    count: 100_000,
    run: suites(['packages/testing/test/faults-streams.real.test.ts'], { project: 'real' }),
  },
  {
    name: 'many-kinds',
    what: 'a start on a real kube-apiserver with many kinds, and six times as many namespaces, kinds',
    count: 500,
    run: suites(['packages/testing/test/faults-namespaces.real.test.ts'], { project: 'real' }),
  },
  {
    name: 'burst-outage',
    what: '600 creations with a SIGKILL and without the server in the middle, seconds of outage',
    count: 75,
    run: suites(['packages/testing/test/burst.real.test.ts'], { project: 'real' }),
  },
  {
    name: 'outage',
    what: 'a change after the real kube-apiserver was away, handled within two seconds of its return, seconds of outage',
    count: 35,
    run: suites(['packages/testing/test/faults-outage.real.test.ts'], { project: 'real' }),
  },
  {
    name: 'quiet-operator',
    what: '60 kinds watched, and what grows, virtual hours',
    count: 24,
    run: suites(['packages/testing/test/quiet-operator.test.ts']),
  },
  {
    name: 'quiet-month',
    what: 'a virtual month without anything to do, with a bookmark each minute: no write, and what grows, objects',
    count: 1000,
    run: suites(['packages/testing/test/quiet-month.test.ts']),
  },
  {
    name: 'kubernetes-versions',
    what: 'the adapter and the cases of the API server on other versions of kube-apiserver, newest first, versions',
    count: 3,
    run: otherVersions(
      ['packages/kubernetes/test', 'packages/testing/test/cluster-client-contract.real', 'packages/apiserver/test/conformance.real'],
      { project: 'real' },
    ),
  },
  {
    name: 'kills',
    what: 'SIGKILLs of an operator on a real kube-apiserver, judged by all laws, kills',
    count: 2000,
    run: suites(['packages/testing/test/kills.real.test.ts'], { project: 'real' }),
  },
  {
    name: 'redis-kills',
    what: 'deaths of Redis, of the operator, and of both, while objects are handled, kills',
    count: 1000,
    run: suites(['packages/testing/test/redis-kills.real.test.ts'], { project: 'real' }),
  },
  {
    name: 'blocked',
    what: 'a handler that computes: red within five seconds, the handler named, green after, seconds',
    count: 20,
    run: suites(['packages/testing/test/blocked.process.test.ts'], { project: 'process' }),
  },
  { name: 'bank', what: 'bugs of the bank, each found by its strategy, bugs', count: 76, run: checkBank },
  { name: 'sweep', what: 'every fault at every place, seeds', count: 20, run: sweepSeeds },
  {
    name: 'swarm',
    what: 'drawn stories with drawn faults, seeds',
    count: 20_000,
    run: ({ seed, count }) => swarmSeeds({ seed, count, faultless: 0 }),
  },
  {
    name: 'small-world',
    what: 'all that can happen to two objects with three deeds and two faults, the slice of 16 that the seed says, runs at most',
    count: 20_000,
    run: ({ seed, count }) => scopeSlice({ seed, deeds: 3, faults: 2, slices: 16, mostRuns: count }),
  },
  {
    name: 'delays',
    what: 'every interleaving of each written story with up to two delays, runs of each at most',
    count: 2000,
    run: ({ seed, count }) => delayedRuns({ seed, mostRuns: count }),
  },
  {
    name: 'swarm-faultless',
    what: 'drawn stories without faults: false alarms, seeds',
    count: 10_000,
    run: ({ seed, count }) => swarmSeeds({ seed, count: 0, faultless: count }),
  },
  {
    name: 'spec-mutation',
    what: 'mutants of the code behind tests, ids of the specification',
    count: 25,
    run: (options) => checkSpecMutation(options),
  },
];

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await runLongForms(longForms, process.argv.slice(2));
