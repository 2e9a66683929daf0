/** Mutates the code behind the tests of some ids and says what those tests noticed. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dirname, join as joinPosix } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import { seen } from './stryker-plugins.mjs';
import { verdict } from './verdict.mjs';

const PATIENCE_MS = 15 * 60_000;

/**
 * @param ids `{ id, files }` each, files relative to the root
 * @param options `{ root, seed, perId, msPerId, config }`
 * @returns a verdict for each id. One whose tests noticed nothing gets a second chance with four times as many mutants.
 */
export async function tryIds(ids, options) {
  const first = await round(ids, { ...options, skip: 0 });
  const doubted = ids.filter(({ id }) => first.get(id).wrong !== undefined && first.get(id).tests.length > 0);
  if (doubted.length === 0) return [...first.values()];
  const { perId, msPerId } = options;
  const second = await round(doubted, { ...options, skip: perId, perId: 4 * perId, msPerId: 4 * msPerId });
  return ids.map(({ id }) => {
    const [before, after] = [first.get(id), second.get(id)];
    if (after === undefined) return before;
    const mutants = [before, after].flatMap(({ killed, survived }) => [...killed, ...survived]);
    return verdict({ id, tests: before.tests, failing: before.failing, mutants });
  });
}

async function round(ids, { root, seed, perId, msPerId, skip, config }) {
  const folder = mkdtempSync(join(tmpdir(), 'kopfts-mutation-'));
  try {
    const testFiles = [...new Set(ids.flatMap(({ files }) => files))];
    const imports = Object.fromEntries(testFiles.map((file) => [file, importedSources(file, readFileSync(join(root, file), 'utf8'))]));
    const plan = { ids, imports, perId, msPerId, skip, seed, config, root, mutate: sourcesBehind(testFiles) };
    writeFileSync(join(folder, 'plan.json'), JSON.stringify(plan));
    await stryker(root, folder);
    return verdicts(ids, folder, root);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The sources that a test imports by a path. */
export function importedSources(testFile, text) {
  return [...text.matchAll(/from '(\.{1,2}\/[^']+)\.js'/g)].map(([, path]) => `${joinPosix(dirname(testFile), path)}.ts`);
}

/** What may be mutated: the package of each test and core; everything that an operator is made of for the tests of whole operators. */
export function sourcesBehind(testFiles) {
  const patterns = testFiles.flatMap((file) => {
    if (/^(packages\/testing|examples)\//.test(file)) return ['packages/!(apiserver|cli)/src/**/*.ts'];
    const own = `${file.split('/').slice(0, 2).join('/')}/src/**/*.ts`;
    return file.startsWith('packages/apiserver/') ? [own] : [own, 'packages/core/src/**/*.ts'];
  });
  return [...new Set(patterns), '!**/*.test.ts', '!**/*.test-d.ts', '!**/index.ts'];
}

function stryker(root, folder) {
  return new Promise((resolve, reject) => {
    const script = fileURLToPath(new URL('run-stryker.mjs', import.meta.url));
    const env = { ...process.env, KOPFTS_MUTATION_FOLDER: folder };
    const child = spawn(process.execPath, [script], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: PATIENCE_MS });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0 && existsSync(join(folder, 'results.json'))) resolve();
      else reject(new Error(`Stryker ended with ${code}\n${output.trim().split('\n').slice(0, 40).join('\n')}`));
    });
  });
}

function verdicts(ids, folder, root) {
  const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const chosen = existsSync(join(folder, 'chosen.json')) ? read('chosen.json') : {};
  const tests = read('tests.json').map(({ id }) => id);
  const failing = read('failing.json').map(({ id }) => id);
  const results = read('results.json').map((mutant) => ({ ...seen(mutant, root), status: mutant.status, killedBy: mutant.killedBy }));
  return new Map(
    ids.map(({ id }) => {
      const own = results.filter((mutant) => chosen[mutant.id]?.includes(id));
      // What runs on load is tried with all tests of the id.
      const mutants = own.map((mutant) => (mutant.static ? { ...mutant, coveredBy: tests } : mutant));
      return [id, verdict({ id, tests, failing, mutants })];
    }),
  );
}
