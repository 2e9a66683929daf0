/**
 * The Node versions and TypeScript compilers that users have and we do not: package.json beside this file names them, the lock file has
 * their checksums. They are fetched as packages and kept outside the work tree, 580 MB, until this machine has not used them for a month.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cachedFolder } from '../cache-folder.mjs';
import { npmCommand } from '../workspace.mjs';
import { isUnreachable, npmFailure } from './npm-failure.mjs';

const run = promisify(execFile);
const sourceDir = dirname(fileURLToPath(import.meta.url));
const files = ['package.json', 'package-lock.json'];

/** Says in one line why the versions cannot be had. */
export class ToolchainsUnavailableError extends Error {
  name = 'ToolchainsUnavailableError';
}

/** The packages of Node hold programs for Linux on x64. */
export function hasNodePackages({ platform, arch } = process) {
  return platform === 'linux' && arch === 'x64';
}

/**
 * `{ nodes, compilers }`: by version, the folder of `node` and the file of `tsc`. `nodes` is empty where there are none for this machine.
 * Throws ToolchainsUnavailableError when the registry cannot be reached.
 */
export async function ensureToolchains({ env = process.env, log = () => {} } = {}) {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}\n`);
  for (const file of files) hash.update(readFileSync(join(sourceDir, file)));
  const fill = (folder) => {
    log('fetching the Node versions and compilers that users have: a minute, the first time');
    return fetchInto(folder, env);
  };
  const { folder } = await cachedFolder({ kind: 'toolchains', hash: hash.digest('hex').slice(0, 16), marker: 'node_modules', fill }, env);
  return found(folder);
}

async function fetchInto(folder, env) {
  for (const file of files) await cp(join(sourceDir, file), join(folder, file));
  const { command, args, shell } = npmCommand(['ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund']);
  try {
    await run(command, args, { cwd: folder, shell, env, maxBuffer: 1 << 26 });
  } catch (error) {
    if (isUnreachable(error))
      throw new ToolchainsUnavailableError(`the registry cannot be reached: ${npmFailure(error)}`, { cause: error });
    throw error;
  }
  const { optionalDependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const missing = Object.keys(optionalDependencies).filter((name) => !existsSync(join(folder, 'node_modules', name, 'bin', 'node')));
  // Optional ones are for other machines; on this one npm would leave them out without a word when it cannot fetch them.
  if (hasNodePackages() && missing.length > 0) throw new ToolchainsUnavailableError(`${missing.join(', ')} cannot be fetched`);
  await mkdir(join(folder, 'node_modules'), { recursive: true });
  for (const name of Object.keys(optionalDependencies)) {
    for (const unneeded of ['include', 'share']) await rm(join(folder, 'node_modules', name, unneeded), { recursive: true, force: true });
  }
}

async function found(folder) {
  const modules = join(folder, 'node_modules');
  const installed = (await readdir(modules)).filter((name) => existsSync(join(modules, name, 'package.json')));
  const version = (name) => JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')).version.replace(/^v/, '');
  const of = (prefix) => installed.filter((name) => name.startsWith(prefix)).sort();
  return {
    nodes: of('node-').map((name) => ({ version: version(name), bin: join(modules, name, 'bin') })),
    compilers: of('typescript-').map((name) => ({ version: version(name), tsc: join(modules, name, 'bin', 'tsc') })),
  };
}
