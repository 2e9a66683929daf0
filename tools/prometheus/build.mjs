/** Builds the program that says what Prometheus itself thinks of rules and expressions. The result is cached outside the work tree. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cachedFolder } from '../cache-folder.mjs';

const run = promisify(execFile);
const sourceDir = dirname(fileURLToPath(import.meta.url));
const name = 'prometheus-check';

/** The path of the program, built now if it is not there yet (a minute or two on two cores with an empty Go cache). Rejects with what Go said. */
export async function ensureCheck({ env = process.env, log = () => {} } = {}) {
  const args = ['build', '-trimpath', '-buildvcs=false', '-ldflags', '-s -w'];
  const fill = (folder) => {
    log('building the checker of Prometheus: a minute or two the first time, seconds with a warm Go cache');
    return go([...args, '-o', join(folder, name), '.'], env);
  };
  const { folder } = await cachedFolder({ kind: name, hash: await sourceHash(args, env), marker: name, fill }, env);
  return join(folder, name);
}

/** The Go version is asked in the module's folder: go.mod may select another toolchain than the one on the path. */
async function sourceHash(args, env) {
  const hash = createHash('sha256')
    .update(args.join('\n'))
    .update(await go(['env', 'GOVERSION', 'GOOS', 'GOARCH'], env));
  for (const file of ['go.mod', 'go.sum', 'main.go']) hash.update(file).update(await readFile(join(sourceDir, file)));
  return hash.digest('hex').slice(0, 16);
}

async function go(args, env) {
  const options = { cwd: sourceDir, env: { ...env, CGO_ENABLED: '0' }, maxBuffer: 64 * 1024 * 1024 };
  return (await run('go', args, options)).stdout;
}
