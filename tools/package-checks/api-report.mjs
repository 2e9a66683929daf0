/**
 * The public interface of every entry as text, in docs/api: a change of it is a change of a file that a reviewer sees.
 * A program: `npm run api-report` writes it, `--json core cli` prints what differs. Both read the built declarations.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { ensureBuilt, fromRoot, packageFolders } from '../workspace.mjs';
import { reportComplaints } from './api-difference.mjs';

const reportsFolder = fromRoot('docs', 'api');

/** The reports of all entries, by file name: `core.api.md`, `core.contracts.api.md`. */
async function currentReports(names) {
  const temporary = await mkdtemp(join(tmpdir(), 'kopfts-api-'));
  try {
    const reports = new Map();
    const entries = (await Promise.all(names.map(typedEntries))).flat();
    for (const { name, types, file } of entries) reports.set(file, await extract(name, { types, file, temporary }));
    return reports;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function typedEntries(name) {
  const { exports } = JSON.parse(await readFile(fromRoot('packages', name, 'package.json'), 'utf8'));
  return Object.entries(exports)
    .filter(([, { types }]) => types !== undefined)
    .map(([key, { types }]) => ({ name, types, file: `${[name, ...key.split('/').slice(1)].join('.')}.api.md` }));
}

/** The tool compares by itself, too, but does not say what differs. */
async function extract(name, { types, file, temporary }) {
  const projectFolder = fromRoot('packages', name);
  const config = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(projectFolder, 'package.json'),
    configObject: {
      projectFolder,
      mainEntryPointFilePath: join(projectFolder, types),
      newlineKind: 'lf',
      compiler: { overrideTsconfig: compilation },
      apiReport: {
        enabled: true,
        reportFileName: file,
        reportFolder: temporary,
        reportTempFolder: temporary,
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        // Every export is public: no release tags. What an export mentions is in the report, exported or not.
        extractorMessageReporting: { default: { logLevel: 'none' } },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
  });
  const errors = [];
  const { errorCount } = Extractor.invoke(config, {
    localBuild: true,
    messageCallback: (message) => {
      if (message.logLevel === 'error') errors.push(message.text);
      message.handled = true;
    },
  });
  if (errorCount > 0) throw new Error(`the declarations of ${name} cannot be read: ${errors.join(' | ')}`);
  return readFile(join(temporary, file), 'utf8');
}

const compilation = {
  compilerOptions: {
    target: 'ES2023',
    lib: ['ES2023', 'DOM', 'DOM.Iterable'],
    module: 'NodeNext',
    moduleResolution: 'NodeNext',
    strict: true,
    skipLibCheck: true,
    types: ['node'],
  },
};

async function writtenReports() {
  if (!existsSync(reportsFolder)) return new Map();
  const files = (await readdir(reportsFolder)).filter((file) => file.endsWith('.api.md'));
  return new Map(await Promise.all(files.map(async (file) => [file, await readFile(join(reportsFolder, file), 'utf8')])));
}

async function update(current) {
  await mkdir(reportsFolder, { recursive: true });
  for (const file of (await writtenReports()).keys()) if (!current.has(file)) await rm(join(reportsFolder, file));
  for (const [file, text] of current) await writeFile(join(reportsFolder, file), text);
  console.error(`${current.size} reports in docs/api are up to date`);
}

const [option, ...given] = process.argv.slice(2);
if (option === '--json') {
  console.log(JSON.stringify(reportComplaints(await writtenReports(), await currentReports(given))));
} else {
  const names = packageFolders();
  await ensureBuilt(names);
  await update(await currentReports(names));
}
