/** The work tree: where things are, what is installed, what is built. A fresh clone becomes usable here. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
export const fromRoot = (...parts) => join(root, ...parts);
export const urlFromRoot = (...parts) => pathToFileURL(fromRoot(...parts)).href;

const stampFile = fromRoot('.nx', 'kopfts-built.json');
const lockStamp = fromRoot('node_modules', '.kopfts-lock-hash');

/** A command of ours that ended badly; its output was already seen, so the message is enough. */
export class CommandFailedError extends Error {
  name = 'CommandFailedError';
}

/** The packages of the workspace, by folder name. */
export function packageFolders() {
  return readdirSync(fromRoot('packages')).filter((name) => existsSync(fromRoot('packages', name, 'package.json')));
}

/** What an installed tool is started with: its file, run by this Node. No shell, no npx, the same on every platform. */
export function tool(packageName, bin = packageName) {
  const folder = fromRoot('node_modules', packageName);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof manifest.bin === 'string' ? manifest.bin : manifest.bin[bin]);
}

/** The version of a package that is installed here. */
export function installedVersion(packageName) {
  return JSON.parse(readFileSync(fromRoot('node_modules', packageName, 'package.json'), 'utf8')).version;
}

/** npm as it was started, else the one on the path. */
export function npmCommand(args) {
  const file = process.env.npm_execpath;
  if (file && /npm-cli\.[cm]?js$/.test(file)) return { command: process.execPath, args: [file, ...args] };
  return { command: 'npm', args, shell: process.platform === 'win32' };
}

/** Runs to the end with the terminal handed over; anything but exit code 0 is an error. */
export function runInherited({ command, args, shell = false }, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 2, 2], shell, env: { ...process.env, ...env } });
    child.on('error', (error) => reject(new CommandFailedError(`${command} does not start: ${error.message}`)));
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new CommandFailedError(`${command} ${args.join(' ')} ended with ${code}`));
    });
  });
}

/** Installs when there is no node_modules, or one of another lock file. Returns whether it did. */
export async function ensureInstalled() {
  const lock = fromRoot('package-lock.json');
  const installed = fromRoot('node_modules', '.package-lock.json');
  const isCurrent = () => statSync(installed).mtimeMs >= statSync(lock).mtimeMs || readIfThere(lockStamp) === hash(readFileSync(lock));
  if (existsSync(installed) && isCurrent()) return false;
  console.error('installing dependencies (npm ci)');
  await runInherited(npmCommand(['ci', '--no-audit', '--no-fund']));
  writeFileSync(lockStamp, hash(readFileSync(lock)));
  return true;
}

/** Builds the packages whose sources are not those of the last build. Fresh ones cost a walk over their files, nx is not started. */
export async function ensureBuilt(names) {
  const built = JSON.parse(readIfThere(stampFile) ?? '{}');
  const current = Object.fromEntries(names.map((name) => [name, sourceSignature(name)]));
  const stale = names.filter((name) => current[name] !== built[name] || !existsSync(fromRoot('packages', name, 'dist', 'index.js')));
  if (stale.length > 0) {
    console.error(`building ${stale.join(', ')}`);
    const args = [tool('nx'), 'run-many', '-t', 'build', '-p', names.map((name) => `@kopfts/${name}`).join(','), '--outputStyle=static'];
    await runInherited({ command: process.execPath, args }, { NX_DAEMON: 'false', NX_TUI: 'false' });
    mkdirSync(dirname(stampFile), { recursive: true });
    writeFileSync(stampFile, JSON.stringify({ ...built, ...current }));
  }
  await linkPrograms(names);
  return stale.length > 0;
}

/** npm links no program that is not there yet, as when it installs before the first build: without links, `npx --no-install kopf` finds none. */
async function linkPrograms(names) {
  const lacksLink = (name) => {
    const { bin = {} } = JSON.parse(readFileSync(fromRoot('packages', name, 'package.json'), 'utf8'));
    return Object.keys(bin).some((program) => !existsSync(fromRoot('node_modules', '.bin', program)));
  };
  const unlinked = names.filter(lacksLink).map((name) => `@kopfts/${name}`);
  if (unlinked.length > 0) await runInherited(npmCommand(['rebuild', '--ignore-scripts', ...unlinked]));
}

/** Names, sizes and times of everything that decides what a build makes; deleting a file changes it, too. */
function sourceSignature(name) {
  const digest = createHash('sha1');
  const add = (path) => {
    const { size, mtimeMs } = statSync(path);
    digest.update(`${path}:${size}:${mtimeMs}\n`);
  };
  const folder = fromRoot('packages', name);
  for (const entry of readdirSync(join(folder, 'src'), { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && !/\.(test|test-d)\.ts$/.test(entry.name)) add(join(entry.parentPath ?? entry.path, entry.name));
  }
  for (const file of ['package.json', 'tsup.config.ts', 'tsconfig.json']) add(join(folder, file));
  add(fromRoot('tsconfig.base.json'));
  add(fromRoot('tools', 'tsup-preset.mjs'));
  return digest.digest('hex');
}

function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function hash(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}
