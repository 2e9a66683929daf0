/**
 * Makes docs/reliability.md: what may happen, what must hold all the same, and which tests say so. A row is lost from nowhere: an id that
 * had a test and has none any more fails the step `reliability` of `npm test`, and so does a page that is not what this makes.
 *   npm run reliability            makes the page anew
 *   npm run reliability -- --check only says what is wrong with it
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { longForms } from './long.mjs';
import { renderPage } from './reliability/page.mjs';
import { quotingFiles } from './spec-ids.mjs';
import { fromRoot } from './workspace.mjs';

const PAGE = 'docs/reliability.md';
const INVARIANTS = fromRoot('packages', 'testing', 'src', 'invariants');

const readJson = (...parts) => JSON.parse(readFileSync(fromRoot('tools', ...parts), 'utf8'));

/** All tests that quote ids at the start of their titles. */
export function quotingTests(files = quotingFiles()) {
  return files.flatMap(({ file, quotes }) => quotes.map(({ ids, title }) => ({ file, ids, title, kind: kindOf(file) })));
}

/** `R`: real kube-apiserver; `P`: whole processes; `S`: simulator; `U`: parts by themselves. */
export function kindOf(file) {
  if (file.endsWith('.real.test.ts')) return 'R';
  if (file.endsWith('.process.test.ts')) return 'P';
  return /^packages\/testing\/test\//.test(file) || file.startsWith('examples/') ? 'S' : 'U';
}

/** The laws that every history of the sweep is checked by. */
export function sweptLaws(folder = INVARIANTS) {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .flatMap((name) => [...readFileSync(join(folder, name), 'utf8').matchAll(/^ {2}id: '([SL]\d+)',/gm)].map(([, id]) => id));
}

/** By name of the long form: the suites that it runs. */
function longSuites() {
  return longForms.flatMap(({ name, run }) => (run.files ?? []).map((file) => ({ name, file })));
}

/** What the page says now. */
export function makePage({ sentences = readJson('reliability', 'sentences.json'), tests = quotingTests() } = {}) {
  return renderPage({ sentences, tests, laws: new Set(sweptLaws()), long: longSuites() });
}

/** Complaints, one line each. */
export function judgePage({ page, made, ids, tested, covered }) {
  const rows = new Set(ids);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  const lost = covered.filter((id) => rows.has(id) && !tested.has(id));
  return [
    ...twice.map((id) => `tools/reliability/sentences.json: ${id} has two rows`),
    ...lost.map((id) => `${PAGE}: ${id} had a test that quotes it, and has none any more`),
    ...(page === made ? [] : [`${PAGE} is not what the tests say; run 'npm run reliability' and commit it`]),
  ];
}

/** The step of `npm test`. */
export function checkReliability() {
  const sentences = readJson('reliability', 'sentences.json');
  const tests = quotingTests();
  const file = fromRoot(PAGE);
  const failed = judgePage({
    page: existsSync(file) ? readFileSync(file, 'utf8') : '',
    made: makePage({ sentences, tests }),
    ids: sentences.groups.flatMap(({ rows }) => rows.map(([id]) => id)),
    tested: new Set(tests.flatMap(({ ids }) => ids)),
    covered: readJson('spec-ids-covered.json'),
  });
  return failed.length === 0 ? { passed: 1 } : { failed };
}

function main(args) {
  if (!args.includes('--check')) writeFileSync(fromRoot(PAGE), makePage());
  const { failed = [] } = checkReliability();
  for (const line of failed) console.error(line);
  process.exitCode = failed.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
