/**
 * Which statements of the specification are covered: quoted by test titles (`[PA-12] keeps …`, at most three per title), or listed in the
 * first column of the tables of docs/migrating-from-kopf.md, because we do something else.
 *   node tools/spec-ids.mjs                  prints the coverage
 *   node tools/spec-ids.mjs --update         also writes tools/spec-ids-covered.json (what is covered must stay covered)
 *   node tools/spec-ids.mjs --import FOLDER  reads the ids from specification files into tools/spec-ids.json
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromRoot } from './workspace.mjs';

const knownFile = fromRoot('tools', 'spec-ids.json');
const coveredFile = fromRoot('tools', 'spec-ids-covered.json');
const deviationsFile = 'docs/migrating-from-kopf.md';
const id = '[A-Z]{1,5}-?\\d+[a-z]?';
const definition = new RegExp(`\\*\\*(${id})\\*\\*|^\\| *(${id}) *\\|`, 'gm');
/** At the start of a title, after the quote: one pair of brackets per id, or several ids in one. */
const title = new RegExp(`(['"\`])((?:\\[${id}(?:[,\\s]+${id})*\\]\\s*)+)((?:\\\\.|(?!\\1)[^\\\\])*)`, 'gs');

const sorted = (ids) => [...ids].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
const readIds = (file) => JSON.parse(readFileSync(file, 'utf8'));
const write = (file, ids) => writeFileSync(file, `${JSON.stringify(ids, null, 2)}\n`);

/** The ids that a specification text defines: in bold anywhere, or first cells of tables. */
export function definedIds(text) {
  return [...text.matchAll(definition)].map(([, bold, cell]) => bold ?? cell);
}

/** What the titles in one test file quote, title by title, with the rest of each title as it stands in the source. */
export function quotes(text) {
  return [...text.matchAll(title)].map(([, , brackets, rest]) => ({ ids: brackets.match(new RegExp(id, 'g')), title: rest }));
}

/** The ids alone. */
export function quotedIds(text) {
  return quotes(text).map(({ ids }) => ids);
}

/** The section of the page whose tables count: up to the next heading of the same level. */
const deviationsSection = /^## What is different\n([\s\S]*?)(?=^## |(?![\s\S]))/m;
const listOfIds = new RegExp(`^\\|\\s*(${id}(?:\\s*,\\s*${id})*)\\s*\\|`);
const anyRow = /^\|(?!\s*(?:ids\s*\||:?-))/;

/** The rows about deviations, each with its ids; `wrong` are rows whose first cell is no list of ids. */
export function deviations(text) {
  const lines = (deviationsSection.exec(text)?.[1] ?? '').split('\n').filter((line) => anyRow.test(line));
  return {
    rows: lines.flatMap((line) => {
      const [, cell] = listOfIds.exec(line) ?? [];
      return cell === undefined ? [] : [cell.split(/\s*,\s*/)];
    }),
    wrong: lines.filter((line) => !listOfIds.test(line)),
  };
}

export function listedDeviations(root = fromRoot()) {
  const file = join(root, deviationsFile);
  return deviations(existsSync(file) ? readFileSync(file, 'utf8') : '');
}

/** All test files of a work tree with what they quote. The tests of this folder quote ids as examples. */
export function quotingFiles(root = fromRoot()) {
  return ['packages', 'examples']
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && /\.test\.ts$/.test(entry.name))
        .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
        .filter((path) => !/node_modules|[\\/]dist[\\/]/.test(path))
        .map((path) => ({ file: relative(root, path).replaceAll('\\', '/'), quotes: quotes(readFileSync(path, 'utf8')) }))
        .map((found) => ({ ...found, titles: found.quotes.map(({ ids }) => ids) })),
    );
}

/** Compares titles, deviations, known ids and the ids covered before; every complaint is one line. */
export function judge({ files, known, covered, listed = { rows: [], wrong: [] } }) {
  const quoted = new Set(files.flatMap(({ titles }) => titles.flat()));
  const deviating = new Set(listed.rows.flat());
  const repeated = listed.rows.flat().filter((one, index, all) => all.indexOf(one) !== index);
  return {
    quoted: sorted(quoted),
    deviating: sorted(deviating),
    covered: sorted(new Set([...quoted, ...deviating])),
    failed: [
      ...listed.wrong.map((line) => `${deviationsFile}: the first cell is no list of ids: ${line.slice(0, 60)}`),
      ...repeated.map((one) => `${deviationsFile}: lists ${one} twice; one row per behaviour`),
      ...[...deviating]
        .filter((one) => !known.includes(one))
        .map((one) => `${deviationsFile}: lists ${one}, which the specification does not have`),
      ...files.flatMap(({ file, titles }) =>
        titles.filter((ids) => ids.length > 3).map((ids) => `${file}: a title quotes ${ids.length} ids (${ids.join(' ')}), at most three`),
      ),
      ...files.flatMap(({ file, titles }) =>
        titles.flat().flatMap((one) => (known.includes(one) ? [] : [`${file}: quotes ${one}, which the specification does not have`])),
      ),
      ...covered
        .filter((one) => !quoted.has(one) && !deviating.has(one))
        .map((one) => `${one} was covered, by a test title or as a deviation, and no longer is`),
    ],
  };
}

/** How much is covered, in one line. */
export function summary({ quoted, deviating, covered }, known) {
  return `${covered.length} of ${known.length} covered: ${quoted.length} quoted by test titles, ${deviating.length} listed as deviations`;
}

export function checkSpecIds() {
  const known = readIds(knownFile);
  const judged = judge({ files: quotingFiles(), known, covered: readIds(coveredFile), listed: listedDeviations() });
  const { failed } = judged;
  console.log(`spec ids: ${summary(judged, known)}`);
  return failed.length === 0 ? { passed: 1 } : { failed };
}

function importFrom(folder) {
  const texts = readdirSync(folder).filter((name) => name.endsWith('.md'));
  write(knownFile, sorted(new Set(texts.flatMap((name) => definedIds(readFileSync(join(folder, name), 'utf8'))))));
}

function main(args) {
  if (args[0] === '--import') return importFrom(args[1] ?? fromRoot('..', 'shared', 'spec'));
  const known = readIds(knownFile);
  const covered = existsSync(coveredFile) ? readIds(coveredFile) : [];
  const update = args.includes('--update');
  const judged = judge({ files: quotingFiles(), known, covered: update ? [] : covered, listed: listedDeviations() });
  const { failed } = judged;
  console.log(`quoted (${judged.quoted.length} of ${known.length}): ${judged.quoted.join(' ')}`);
  console.log(`deviations (${judged.deviating.length}): ${judged.deviating.join(' ')}`);
  console.log(summary(judged, known));
  for (const line of failed) console.error(line);
  if (update)
    write(
      coveredFile,
      judged.covered.filter((one) => known.includes(one)),
    );
  process.exitCode = failed.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
