/**
 * What a user would install: each package packed, its manifest checked, and every entry imported, required and compiled against in a
 * folder that has only the packed files and the dependencies that the manifests declare.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { unpack } from '@publint/pack';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { fromRoot, npmCommand, tool } from './workspace.mjs';

const run = promisify(execFile);

export async function checkPackages(names) {
  const folder = await mkdtemp(join(tmpdir(), 'kopfts-packages-'));
  const result = { passed: 0, failed: [] };
  const note = (what, complaints) => {
    if (complaints.length === 0) result.passed += 1;
    result.failed.push(...complaints.map((line) => `${what}: ${line}`));
  };
  try {
    const packed = await pack(names, folder);
    for (const one of packed) {
      note(one.manifest.name, [...(await lintManifest(one)), ...missingFiles(one)]);
      await install(one, folder);
    }
    const all = packed.flatMap(({ manifest }) => entries(manifest));
    for (const entry of all) note(entry, await load(entry, folder));
    note('declarations under the strictest options', await compile(all, folder));
    return result;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** One call of npm for all: it takes half a second to start. */
async function pack(names, folder) {
  const { command, args, shell } = npmCommand([
    'pack',
    '--json',
    '--pack-destination',
    folder,
    ...names.map((name) => `./packages/${name}`),
  ]);
  const { stdout } = await run(command, args, { cwd: fromRoot(), shell, maxBuffer: 1 << 26 });
  const packed = Object.values(JSON.parse(stdout)); // a list, or by name in newer versions of npm
  return Promise.all(
    packed.map(async ({ filename, name }) => {
      const tarball = await readFile(join(folder, filename));
      const { files, rootDir } = await unpack(tarball);
      const pkgDir = fromRoot('packages', name.replace('@kopfts/', ''));
      const manifest = JSON.parse(await readFile(join(pkgDir, 'package.json'), 'utf8'));
      const paths = files.map((file) => ({ path: file.name.slice(rootDir.length + 1), data: file.data }));
      return { pkgDir, manifest, tarball, files: paths };
    }),
  );
}

async function lintManifest({ manifest, tarball }) {
  const buffer = tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.byteLength);
  const { messages } = await publint({ strict: true, level: 'warning', pack: { tarball: buffer } });
  return messages.map((message) => `publint: ${formatMessage(message, manifest, { color: false })}`);
}

function missingFiles({ files }) {
  const has = (name) => files.some(({ path }) => path === name);
  const tests = files.filter(({ path }) => /\.test\./.test(path)).map(({ path }) => `${path} is a test and must not be published`);
  return [...['LICENSE', 'README.md'].filter((name) => !has(name)).map((name) => `${name} is missing`), ...tests];
}

/** The packed files, and links to what the manifest declares: what it does not declare cannot be found. */
async function install({ pkgDir, manifest, files }, folder) {
  const target = join(folder, 'node_modules', manifest.name);
  for (const { path, data } of files) {
    await mkdir(dirname(join(target, path)), { recursive: true });
    await writeFile(join(target, path), data);
  }
  const foreign = Object.keys(manifest.dependencies ?? {}).filter((name) => !name.startsWith('@kopfts/'));
  for (const name of foreign) {
    const link = join(target, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(installedAt(pkgDir, name), link, 'junction');
  }
}

function installedAt(pkgDir, name) {
  const paths = createRequire(join(pkgDir, 'package.json')).resolve.paths(name) ?? [];
  for (const path of paths) {
    try {
      createRequire(join(path, 'x.js')).resolve(join(path, name, 'package.json'));
      return join(path, name);
    } catch {
      // One folder further up.
    }
  }
  throw new Error(`${name} is declared in ${pkgDir} but not installed`);
}

function entries(manifest) {
  return Object.keys(manifest.exports ?? {})
    .filter((key) => key !== './package.json')
    .map((key) => manifest.name + key.slice(1));
}

/** `require` must work, too, and give the same one copy. */
async function load(entry, folder) {
  const script = `const required = require('${entry}');
    import('${entry}').then((imported) => {
      const names = Object.keys(imported).filter((name) => name !== 'default' && name !== 'module.exports');
      if (names.length === 0) throw new Error('exports nothing');
      for (const name of names) if (required[name] !== imported[name]) throw new Error(name + ' is another one when required');
    }).catch((error) => { console.error(error.message); process.exit(1); });`;
  try {
    await run(process.execPath, ['--no-warnings', '-e', script], { cwd: folder });
    return [];
  } catch (error) {
    return [String(error.stderr).trim().split('\n').slice(-12).join('\n')];
  }
}

/** The declarations themselves are compiled, too: users may have the strictest options and check their libraries. */
async function compile(names, folder) {
  const compilerOptions = {
    target: 'ES2023',
    module: 'NodeNext',
    noEmit: true,
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noPropertyAccessFromIndexSignature: true,
    noImplicitOverride: true,
    verbatimModuleSyntax: true,
    isolatedModules: true,
    skipLibCheck: false,
    types: ['node'],
    typeRoots: [fromRoot('node_modules', '@types')],
  };
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['user.ts'] }));
  const lines = names.map((name, index) => `import * as part${index} from '${name}';\nconsole.log(part${index});\n`);
  await writeFile(join(folder, 'user.ts'), lines.join(''));
  try {
    await run(process.execPath, [tool('typescript', 'tsc'), '-p', folder], { cwd: folder });
    return [];
  } catch (error) {
    return [String(error.stdout).trim().split('\n').slice(0, 12).join('\n')];
  }
}
