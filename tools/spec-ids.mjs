/**
 * Which statements of the specification are quoted by test titles: `[PA-12] keeps …`, at most three per title.
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
const id = '[A-Z]{1,5}-?\\d+[a-z]?';
const definition = new RegExp(`\\*\\*(${id})\\*\\*|^\\| *(${id}) *\\|`, 'gm');
/** At the start of a title, after the quote: one pair of brackets per id, or several ids in one. */
const title = new RegExp(`(['"\`])((?:\\[${id}(?:[,\\s]+${id})*\\]\\s*)+)`, 'g');

const sorted = (ids) => [...ids].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
const readIds = (file) => JSON.parse(readFileSync(file, 'utf8'));
const write = (file, ids) => writeFileSync(file, `${JSON.stringify(ids, null, 2)}\n`);

/** The ids that a specification text defines: in bold anywhere, or first cells of tables. */
export function definedIds(text) {
  return [...text.matchAll(definition)].map(([, bold, cell]) => bold ?? cell);
}

/** What the titles in one test file quote, title by title. */
export function quotedIds(text) {
  return [...text.matchAll(title)].map(([, , brackets]) => brackets.match(new RegExp(id, 'g')));
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
        .map((path) => ({ file: relative(root, path).replaceAll('\\', '/'), titles: quotedIds(readFileSync(path, 'utf8')) })),
    );
}

/** Compares titles, known ids and the ids covered before; every complaint is one line. */
export function judge({ files, known, covered }) {
  const quoted = new Set(files.flatMap(({ titles }) => titles.flat()));
  return {
    quoted: sorted(quoted),
    failed: [
      ...files.flatMap(({ file, titles }) =>
        titles.filter((ids) => ids.length > 3).map((ids) => `${file}: a title quotes ${ids.length} ids (${ids.join(' ')}), at most three`),
      ),
      ...files.flatMap(({ file, titles }) =>
        titles.flat().flatMap((one) => (known.includes(one) ? [] : [`${file}: quotes ${one}, which the specification does not have`])),
      ),
      ...covered.filter((one) => !quoted.has(one)).map((one) => `${one} was covered by a test title and no longer is`),
    ],
  };
}

export function checkSpecIds() {
  const known = readIds(knownFile);
  const { quoted, failed } = judge({ files: quotingFiles(), known, covered: readIds(coveredFile) });
  console.log(`spec ids: ${quoted.length} of ${known.length} quoted by test titles`);
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
  const { quoted, failed } = judge({ files: quotingFiles(), known, covered: update ? [] : covered });
  console.log(`quoted (${quoted.length} of ${known.length}): ${quoted.join(' ')}`);
  for (const line of failed) console.error(line);
  if (update)
    write(
      coveredFile,
      quoted.filter((one) => known.includes(one)),
    );
  process.exitCode = failed.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
