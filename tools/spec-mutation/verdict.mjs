/** What the mutants say about the tests that quote an id. */
import { quotes } from './draw.mjs';

/**
 * @param input `id` of the specification; `tests` that ran and those `failing` before anything was changed, by id (`file#name`); `mutants`
 *   run for the sake of this id: `{ file, line, kind, replacement, status, killedBy, coveredBy }`
 * @returns `killed` and `survived` mutants, the tests that quote the id, those of them that ran a mutant and noticed nothing, and what is wrong, if it is
 */
export function verdict({ id, tests, failing = [], mutants }) {
  const own = tests.filter((test) => quotes(test, id));
  const ownFailing = failing.filter((test) => quotes(test, id));
  const noticed = (mutant) => noticing(mutant).filter((test) => own.includes(test));
  const killed = mutants.filter((mutant) => noticed(mutant).length > 0);
  const survived = mutants.filter((mutant) => mutant.status === 'Survived' || (isDecided(mutant) && noticed(mutant).length === 0));
  const sharp = new Set(killed.flatMap(noticed));
  const blunt = own.filter((test) => !sharp.has(test) && mutants.some(({ coveredBy = [] }) => coveredBy.includes(test)));
  return { id, tests: own, failing: ownFailing, killed, survived, blunt, wrong: wrong({ id, own, failing: ownFailing, killed, survived }) };
}

/** A mutant in which the tests never come to an end was noticed by those that run it. */
const noticing = ({ status, killedBy = [], coveredBy = [] }) => (status === 'Killed' ? killedBy : status === 'Timeout' ? coveredBy : []);
const isDecided = ({ status }) => status === 'Killed' || status === 'Timeout';

function wrong({ id, own, failing, killed, survived }) {
  if (own.length === 0 && failing.length > 0)
    return `${id}: its tests cannot be run on mutants, they fail on the code as it is (${failing.join('; ')})`;
  if (own.length === 0) return `${id}: titles quote it, but no test of that name ran`;
  if (killed.length > 0) return undefined;
  if (survived.length === 0) return `${id}: its tests run no code that could be changed`;
  return `${id}: its tests noticed none of ${survived.length} mutants of the code they run, as if they could not fail (${own.join('; ')})`;
}

/** What a person wants to read about one id. */
export function describeVerdict({ id, tests, failing, killed, survived, blunt }) {
  return [
    `${id}: ${killed.length} of ${killed.length + survived.length} mutants killed by ${tests.length} test${tests.length === 1 ? '' : 's'}`,
    ...survived.map(({ file, line, kind, replacement }) => `  survived ${file}:${line} ${kind} → ${oneLine(replacement)}`),
    ...failing.map((test) => `  cannot be run on mutants, it fails on the code as it is: ${test}`),
    ...(killed.length === 0 ? [] : blunt.map((test) => `  noticed none of them: ${test}`)),
  ];
}

function oneLine(text = '') {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
