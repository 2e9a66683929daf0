/** What facts cost: an operator as published, one with metrics, and one whose core emits nothing, in turn on one server; and the same of the engine alone. */
import { measureContestants } from './cost.mjs';
import { median, range } from './figures.mjs';
import { startProcess } from './measured-process.mjs';
import { FACT_COPIES, FACTS } from './settings.mjs';

const WARM_UP = 8;
const STRIP = new URL('./strip-emits.mjs', import.meta.url).href;

export async function measureFacts({ turns, objects }) {
  const measured = await measureContestants({
    script: './cluster-process.mjs',
    contestants: Object.values(FACTS),
    warmUp: WARM_UP,
    turns,
    objects,
    execArgvOf: (name) => (name === FACTS.stripped ? ['--import', STRIP] : []),
  });
  const { contestants } = measured;
  return {
    turns,
    objects,
    contestants,
    plain: measured.compare(FACTS.plain, FACTS.stripped),
    metrics: measured.compare(FACTS.metrics, FACTS.stripped),
  };
}

/** Room for all that a burst allocates, so that nothing is collected while it is counted. */
const TO_COUNT = ['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64'];

/**
 * By contestant: CPU per creation of the engine alone, `leastUs` of the bursts that others disturbed least, the ratio to the one without facts of each pair, and
 * the bytes that are allocated.
 */
export async function measureFactsAlone({ turns, objects }) {
  const ask = async (bytes) => {
    const engine = await startProcess('./facts-process.mjs', [], ['--import', `${STRIP}?beside`, ...(bytes ? TO_COUNT : [])]);
    try {
      return await engine.ask('measure', { warmUp: WARM_UP, turns: bytes ? WARM_UP : turns, objects, bytes });
    } finally {
      await engine.close();
    }
  };
  const samples = await ask(false);
  const counted = await ask(true);
  const of = (name) => {
    const times = samples.map((sample) => sample[name].cpuUs);
    const ratios = samples.map((sample) => sample[name].cpuUs / sample.none.cpuUs);
    const bytes = median(counted.map((sample) => sample[name].bytes));
    return [name, { cpuUs: median(times), leastUs: Math.min(...times), ratio: median(ratios), ratios: range(ratios, 2), bytes }];
  };
  return Object.fromEntries(Object.keys(FACT_COPIES).map(of));
}
