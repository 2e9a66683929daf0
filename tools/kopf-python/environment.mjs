/**
 * Python's Kopf, the framework that ours is compared with: a virtual environment with what requirements.txt names, kept outside the work
 * tree under a hash of that file and of the Python that runs it.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cachedFolder } from '../cache-folder.mjs';

const run = promisify(execFile);
const requirementsFile = join(dirname(fileURLToPath(import.meta.url)), 'requirements.txt');

/** What Kopf 1.45 asks for. */
const OLDEST = [3, 11];
const candidates = ['python3', 'python', 'python3.14', 'python3.13', 'python3.12', 'python3.11'];
const question = 'import json, platform, sys; print(json.dumps([sys.executable, platform.python_implementation(), *sys.version_info[:3]]))';
/** Scripts of an environment name the folder that it was made in; this one finds its Python beside itself, wherever that is. */
const script = '#!/bin/sh\nexec "$(dirname "$0")/bin/python" -m kopf "$@"\n';

/** Says in one line why there is no Kopf on this machine. */
export class KopfUnavailableError extends Error {
  name = 'KopfUnavailableError';
}

/**
 * `{ python, kopf, version, built }`: the interpreter, the command and the version of Kopf, and whether it was installed just now.
 * Throws KopfUnavailableError where there is no Python that it runs on, or its packages cannot be fetched.
 */
export async function ensureKopf({ env = process.env, log = () => {}, ask = askPython } = {}) {
  if (process.platform === 'win32') throw new KopfUnavailableError('Kopf is run on Linux and macOS only');
  const python = await findPython(ask);
  const requirements = await readFile(requirementsFile, 'utf8');
  const fill = (folder) => {
    log('installing Kopf into a virtual environment: half a minute, the first time');
    return install(python.executable, folder, env);
  };
  const what = { kind: 'kopf-python', hash: environmentHash(requirements, python), marker: 'kopf', fill };
  const { folder, filled } = await cachedFolder(what, env); // 40 MB
  return { python: join(folder, 'bin', 'python'), kopf: join(folder, 'kopf'), version: kopfVersion(requirements), built: filled };
}

const told = new Set();

/** The same for suites: undefined, with one line that says why, where there is no Kopf. Under CI that is an error. */
export async function kopfPython({ env = process.env, log = (line) => console.error(line), ask } = {}) {
  try {
    const { python, kopf, version } = await ensureKopf({ env, log, ask });
    return { python, kopf, version };
  } catch (error) {
    if (!(error instanceof KopfUnavailableError)) throw error;
    if (env.CI) throw new KopfUnavailableError(`the suites that run Kopf cannot run: ${error.message}`, { cause: error });
    if (!told.has(error.message)) log(`skipped: suites that run Kopf (${error.message})`);
    told.add(error.message);
    return undefined;
  }
}

/** The first Python that is new enough, by the names that there are. `ask` gives undefined for a name that is none. */
async function findPython(ask) {
  const tooOld = [];
  for (const name of candidates) {
    const python = await ask(name);
    if (python === undefined) continue;
    if (isNewEnough(python.version)) return python;
    tooOld.push(python.version.join('.'));
  }
  const found = tooOld.length === 0 ? 'none is there' : `there is ${[...new Set(tooOld)].join(', ')}`;
  throw new KopfUnavailableError(`Kopf needs Python ${OLDEST.join('.')} or newer, and ${found}`);
}

function isNewEnough([major, minor]) {
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

async function askPython(name) {
  try {
    const [executable, implementation, ...version] = JSON.parse((await run(name, ['-c', question])).stdout);
    return { executable, implementation, version };
  } catch {
    return undefined; // not there, or one that only says how to install it
  }
}

/** An environment is of one Python: where it is, which it is, and of what machine. */
export function environmentHash(requirements, { executable, implementation, version }) {
  const parts = [requirements, executable, implementation, version.join('.'), process.platform, process.arch, script];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}

/** The version that requirements name. */
export function kopfVersion(requirements) {
  return /^kopf==(\S+)/m.exec(requirements)?.[1];
}

async function install(python, folder, env) {
  await runPython(python, ['-m', 'venv', folder], env);
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', '--require-hashes', '-r', requirementsFile];
  await runPython(join(folder, 'bin', 'python'), pip, env);
  await writeFile(join(folder, 'kopf'), script);
  await chmod(join(folder, 'kopf'), 0o755);
}

async function runPython(python, args, env) {
  try {
    await run(python, args, { env, maxBuffer: 1 << 26 });
  } catch (error) {
    throw installError(args[1], error);
  }
}

/** A wrong checksum is a fault; all else that stops an installation is a machine that cannot have it. */
export function installError(what, error) {
  const lines = `${error.stderr ?? ''}\n${error.stdout ?? ''}`.trim() || String(error.message);
  if (/DO NOT MATCH THE HASHES|require-hashes/i.test(lines))
    return new Error(`${what} refused what it fetched: ${lines}`, { cause: error });
  const said = lines.split('\n').filter((line) => line.trim() !== '' && !/^(WARNING|Looking in)/.test(line));
  return new KopfUnavailableError(`${what} failed: ${said.slice(-2).join(' | ').slice(0, 300)}`, { cause: error });
}
