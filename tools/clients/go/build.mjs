/**
 * Builds the program that speaks to a server as controllers written in Go do. It uses the same versions of the libraries as the control
 * plane, so with that one built it takes seconds. The result is cached outside the work tree, as the control plane is.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { accessSync, constants } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cachedFolder } from '../../cache-folder.mjs';

const run = promisify(execFile);
const sourceDir = dirname(fileURLToPath(import.meta.url));
const name = 'client-go-probe';

/** Undefined when the program can be built, else the reason in one line. Starts nothing. */
export function unavailableReason(env = process.env) {
  const found = (env.PATH ?? '').split(delimiter).some((folder) => folder !== '' && isExecutable(join(folder, 'go')));
  return found ? undefined : 'Go is not installed';
}

/** The path of the program, built now if it is not there yet (a minute or two on two cores with an empty Go cache). */
export async function ensureProbe({ env = process.env, log = () => {} } = {}) {
  const args = ['build', '-trimpath', '-buildvcs=false', '-ldflags', '-s -w'];
  const fill = (folder) => {
    log('building the client in Go: a minute or two the first time, seconds with a warm Go cache');
    return go([...args, '-o', join(folder, name), '.'], env);
  };
  const { folder } = await cachedFolder({ kind: name, hash: await sourceHash(args, env), marker: name, fill }, env); // 50 MB each
  return join(folder, name);
}

/** The Go version is asked in the module's folder: go.mod may select another toolchain than the one on the path. */
async function sourceHash(args, env) {
  const hash = createHash('sha256')
    .update(args.join('\n'))
    .update(await go(['env', 'GOVERSION', 'GOOS', 'GOARCH'], env));
  const sources = (await readdir(sourceDir)).filter((file) => /\.(go|mod|sum)$/.test(file)).sort();
  for (const file of sources) hash.update(file).update(await readFile(join(sourceDir, file)));
  return hash.digest('hex').slice(0, 16);
}

async function go(args, env) {
  const options = { cwd: sourceDir, env: { ...env, CGO_ENABLED: '0' }, maxBuffer: 64 * 1024 * 1024 };
  return (await run('go', args, options)).stdout;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
