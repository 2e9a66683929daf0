/**
 * Which mutants say most about a test: those in the code that it is about. Near its file, imported by it, run by few tests that are about
 * something else, and in what is rarely without effect (a body, a condition) rather than in a text.
 */
import { basename, dirname } from 'node:path/posix';
import { chance, quotes } from './draw.mjs';

/** What one run costs beside its tests. */
const RUN_MS = 1000;
/** So many are tried however long the tests take: they have to show that they can fail, too. */
const LEAST = 3;
const DOUBTFUL = { StringLiteral: 3, ObjectLiteral: 1, ArrayDeclaration: 1, Regex: 0.5, BlockStatement: 0, ConditionalExpression: 0 };
const NEAR = 1.5;
/** Imported by tests of anything. */
const EVERYWHERE = ['index.ts', 'errors.ts'];

const stem = (file) => basename(file).replace(/(\.test)?\.[cm]?ts$/, '');
const packageOf = (file) => /^(packages|examples)\/[^/]+/.exec(file)?.[0] ?? '';
/** Tests of a whole operator stand in `testing/test`, the code they are about in other packages. */
const isHarness = (testFile) => testFile.startsWith('packages/testing/test/') || testFile.startsWith('examples/');

/** How far a source is from what a test file is about: 0 beside it, more the less they have to do with each other. */
export function distance(testFile, sourceFile, imported = []) {
  const own = isHarness(testFile) ? 'packages/core' : packageOf(testFile);
  const isSamePackage = packageOf(sourceFile) === own;
  if (stem(sourceFile) === stem(testFile) && (isSamePackage || dirname(sourceFile) === dirname(testFile))) return 0;
  if (imported.includes(sourceFile) && !EVERYWHERE.includes(basename(sourceFile))) return 1;
  const words = stem(testFile).split('-');
  if (isSamePackage)
    return stem(sourceFile)
      .split('-')
      .some((word) => words.includes(word))
      ? NEAR
      : 2.5;
  return isHarness(testFile) && sourceFile.startsWith('packages/testing/') ? 6 : 4;
}

/**
 * Chooses mutants for each id, in turn for each of its tests.
 * @param mutants what Stryker made: `{ id, file, line, kind, coveredBy, static }`, with ids of tests (`file#name`)
 * @param plan `{ ids: [{ id }], imports: { testFile: sources }, perId, skip, seed, msPerId }`
 * @param durations milliseconds by id of test, of all tests that ran
 * @returns the ids for whose sake a mutant is run, by id of mutant
 */
export function chooseMutants(mutants, plan, durations) {
  const chosen = new Map();
  for (const { id } of plan.ids) {
    const own = Object.keys(durations).filter((test) => quotes(test, id));
    const rankings = own.map((test) => spread(ranking(mutants, { id, test, own, plan })));
    const taken = inTurn(rankings, plan.skip + plan.perId).slice(plan.skip);
    for (const mutant of affordable(taken, { own, msPerId: plan.msPerId, durations })) {
      chosen.set(mutant.id, [...(chosen.get(mutant.id) ?? []), id]);
    }
  }
  return chosen;
}

/** What one test runs, best first. What is run on load belongs to all tests, and counts only where it is near. */
function ranking(mutants, { id, test, own, plan: { imports, seed } }) {
  const file = test.split('#')[0];
  const score = (mutant) => {
    const near = distance(file, mutant.file, imports[file]);
    const isOfLoad = mutant.static && mutant.coveredBy.length === 0;
    if (isOfLoad ? near > NEAR : !mutant.coveredBy.includes(test)) return Infinity;
    const strangers = mutant.coveredBy.filter((one) => !own.includes(one)).length;
    const doubt = (DOUBTFUL[mutant.kind] ?? 0.25) + (mutant.static ? 1 : 0);
    return near + Math.log2(1 + strangers) + doubt + chance(seed, `${id} ${mutant.id}`);
  };
  return mutants
    .map((mutant) => ({ mutant, score: score(mutant) }))
    .filter((one) => Number.isFinite(one.score))
    .sort((a, b) => a.score - b.score)
    .map(({ mutant }) => mutant);
}

/** At most two of one line, else a single expression takes all places. */
function spread(ranked) {
  const taken = new Map();
  return ranked.filter(({ file, line }) => {
    const place = `${file}:${line}`;
    taken.set(place, (taken.get(place) ?? 0) + 1);
    return taken.get(place) <= 2;
  });
}

function inTurn(rankings, count) {
  const taken = new Set();
  const longest = Math.max(0, ...rankings.map(({ length }) => length));
  for (let place = 0; place < longest && taken.size < count; place += 1) {
    for (const ranked of rankings) if (taken.size < count && place < ranked.length) taken.add(ranked[place]);
  }
  return [...taken];
}

/** As many as the time for one id allows. */
function affordable(mutants, { own, msPerId, durations }) {
  let spent = 0;
  return mutants.filter(({ coveredBy }, index) => {
    spent += RUN_MS + own.filter((test) => coveredBy.includes(test)).reduce((sum, test) => sum + durations[test], 0);
    return index < LEAST || spent <= msPerId;
  });
}
