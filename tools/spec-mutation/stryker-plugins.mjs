/**
 * Two plugins by which Stryker tries a few mutants instead of thousands. The runner is that of vitest, which tells what each test covers
 * and how long it takes; the checker, asked about all mutants once that is known, chooses; then the runner runs only the tests that
 * quote the id for whose sake a mutant was chosen. They live in several processes and share files in one folder.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { CheckStatus } from '@stryker-mutator/api/check';
import { declareClassPlugin, declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { TestStatus } from '@stryker-mutator/api/test-runner';
import { strykerPlugins as vitestPlugins } from '@stryker-mutator/vitest-runner';
import { chooseMutants } from './choose-mutants.mjs';
import { quotes } from './draw.mjs';

const shared = (name) => join(process.env.KOPFTS_MUTATION_FOLDER, name);
const read = (name) => JSON.parse(readFileSync(shared(name), 'utf8'));
const write = (name, value) => writeFileSync(shared(name), JSON.stringify(value));

/** As the planner of Stryker hands it out, in the shape that choosing needs. */
export const seen = (mutant, root) => ({
  id: mutant.id,
  file: relative(root, mutant.fileName).replaceAll('\\', '/'),
  line: mutant.location.start.line,
  kind: mutant.mutatorName,
  replacement: mutant.replacement,
  coveredBy: mutant.coveredBy ?? [],
  static: mutant.static === true,
});

class ChoosingChecker {
  async init() {}

  /** All in one group: a choice needs all of them. */
  async group(mutants) {
    return [mutants.map(({ id }) => id)];
  }

  async check(mutants) {
    const plan = read('plan.json');
    const durations = Object.fromEntries(read('tests.json').map(({ id, timeSpentMs }) => [id, timeSpentMs]));
    const chosen = chooseMutants(
      mutants.map((mutant) => seen(mutant, plan.root)),
      plan,
      durations,
    );
    write('chosen.json', Object.fromEntries(chosen));
    const left = { status: CheckStatus.CompileError, reason: 'not chosen' };
    return Object.fromEntries(mutants.map(({ id }) => [id, chosen.has(id) ? { status: CheckStatus.Passed } : left]));
  }
}

function createQuotingRunner(injector) {
  const runner = injector.injectFunction(vitestPlugins[0].factory);
  const { dryRun, mutantRun } = runner;
  runner.dryRun = async (options) => {
    const result = await dryRun.call(runner, options);
    const { ids } = read('plan.json');
    const isQuoting = ({ name }) => ids.some(({ id }) => quotes(name, id));
    // Of the other tests only coverage is wanted. One that fails before anything is changed (it needs what was built, say) tells nothing.
    const tests = result.tests?.filter(({ status }) => status === TestStatus.Success) ?? [];
    const failing = result.tests?.filter((test) => test.status === TestStatus.Failed && isQuoting(test)) ?? [];
    write('tests.json', tests);
    write(
      'failing.json',
      failing.map(({ id, failureMessage }) => ({ id, failureMessage })),
    );
    return result.tests === undefined ? result : { ...result, tests };
  };
  runner.mutantRun = (options) => {
    const ids = read('chosen.json')[options.activeMutant.id] ?? [];
    const own = read('tests.json').filter(({ name }) => ids.some((id) => quotes(name, id)));
    // What runs when a file is loaded must be changed before it is; told which files have tests, Stryker would do it after.
    const isLoaded = options.reloadEnvironment;
    const testFilter = own.map(({ id }) => id).filter((test) => isLoaded || options.testFilter.includes(test));
    return mutantRun.call(runner, { ...options, testFilter, mutantActivation: isLoaded ? 'static' : 'runtime' });
  };
  return runner;
}
createQuotingRunner.inject = ['$injector'];

export const strykerPlugins = [
  declareClassPlugin(PluginKind.Checker, 'choosing', ChoosingChecker),
  declareFactoryPlugin(PluginKind.TestRunner, 'quoting', createQuotingRunner),
];
