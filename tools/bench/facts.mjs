/** What facts cost: an operator as published, one with metrics, and one whose core emits nothing, in turn on one server. */
import { measureContestants } from './cost.mjs';
import { FACTS } from './settings.mjs';

const WARM_UP = 8;

export async function measureFacts({ turns, objects }) {
  const stripped = ['--import', new URL('./strip-emits.mjs', import.meta.url).href];
  const measured = await measureContestants({
    script: './cluster-process.mjs',
    contestants: Object.values(FACTS),
    warmUp: WARM_UP,
    turns,
    objects,
    execArgvOf: (name) => (name === FACTS.stripped ? stripped : []),
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
