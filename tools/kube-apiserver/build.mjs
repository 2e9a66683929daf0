/**
 * Builds etcd, kube-apiserver, kube-controller-manager and kubectl from their Go modules: one program, one symbolic link per name.
 * The result is cached outside the work tree under a hash of everything that decides it, so a second checkout or branch costs nothing.
 * `KUBEBUILDER_ASSETS` (the envtest layout) is honoured and used instead. `KOPFTS_KUBERNETES=1.34` takes another version, of those that
 * have module files in `versions/` (see add-version.mjs).
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync } from 'node:fs';
import { readFile, symlink } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cachedFolder } from '../cache-folder.mjs';

const run = promisify(execFile);
const sourceDir = dirname(fileURLToPath(import.meta.url));
const required = ['etcd', 'kube-apiserver', 'kubectl'];
const names = [...required, 'kube-controller-manager'];

/** Where to say why no control plane can be had; its message is one line for a person. */
export class ControlPlaneUnavailableError extends Error {
  name = 'ControlPlaneUnavailableError';
}

/** Undefined when a control plane can be had, else the reason in one line. Costs a few file look-ups, starts nothing. */
export function unavailableReason(env = process.env) {
  if (process.platform === 'win32') return 'the control plane needs Linux or macOS';
  const given = env.KUBEBUILDER_ASSETS;
  if (given) {
    const missing = required.filter((name) => !isExecutable(join(given, name)));
    return missing.length === 0 ? undefined : `KUBEBUILDER_ASSETS is ${given}, which has no ${missing.join(', ')}`;
  }
  const onPath = (env.PATH ?? '').split(delimiter).some((folder) => folder !== '' && isExecutable(join(folder, 'go')));
  return onPath ? undefined : 'Go is not installed and KUBEBUILDER_ASSETS is not set, so no kube-apiserver can be had';
}

/**
 * The folder with the programs, built now if it is not there yet (5 to 8 minutes on two cores with an empty Go cache).
 * Throws ControlPlaneUnavailableError when there is no Go or the build fails.
 */
export async function ensureAssets({ env = process.env, log = () => {} } = {}) {
  const reason = unavailableReason(env);
  if (reason !== undefined) throw new ControlPlaneUnavailableError(reason);
  if (env.KUBEBUILDER_ASSETS) return { assetsDir: env.KUBEBUILDER_ASSETS, built: false };

  const module = moduleFiles(env.KOPFTS_KUBERNETES);
  const flags = linkerFlags(await readFile(join(sourceDir, module.mod), 'utf8'));
  const args = ['build', '-trimpath', '-buildvcs=false', ...module.args, '-ldflags', flags];
  const fill = async (folder) => {
    log('building etcd, kube-apiserver, kube-controller-manager and kubectl: minutes the first time, seconds with a warm Go cache');
    await go([...args, '-o', join(folder, 'control-plane'), '.'], env);
    for (const name of names) await symlink('control-plane', join(folder, name));
  };
  const what = { kind: 'kube-apiserver', hash: await sourceHash(args, module, env), marker: 'kube-apiserver', fill };
  const { folder, filled } = await cachedFolder(what, env); // 130 MB each
  return { assetsDir: folder, built: filled };
}

/** Which files say what to build: those of the default version, or of the one that is asked for, like `1.34`. */
function moduleFiles(version) {
  if (!version) return { mod: 'go.mod', sum: 'go.sum', args: [] };
  const mod = join('versions', `${version}.mod`);
  if (!existsSync(join(sourceDir, mod))) throw new ControlPlaneUnavailableError(`KOPFTS_KUBERNETES is ${version}, which has no ${mod}`);
  return { mod, sum: mod.replace(/mod$/, 'sum'), args: [`-modfile=${mod}`] };
}

/** Without these the server calls itself v0.0.0, and judges its features by that. */
function linkerFlags(module) {
  const [, version, major, minor] = /k8s\.io\/kubernetes (v(\d+)\.(\d+)\.\S+)/.exec(module) ?? [];
  if (version === undefined) throw new ControlPlaneUnavailableError('go.mod names no version of k8s.io/kubernetes');
  const values = { gitVersion: version, gitMajor: major, gitMinor: minor };
  // The server reads the first package, kubectl's user agent the second.
  const packages = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'];
  const flags = packages.flatMap((name) => Object.entries(values).map(([key, value]) => `-X ${name}.${key}=${value}`));
  return ['-s -w', ...flags].join(' ');
}

/** The Go version is asked in the module's folder: go.mod may select another toolchain than the one on the path. */
async function sourceHash(args, { mod, sum }, env) {
  const hash = createHash('sha256')
    .update(args.join('\n'))
    .update(await go(['env', 'GOVERSION', 'GOOS', 'GOARCH'], env));
  for (const file of ['main.go', mod, sum]) hash.update(await readFile(join(sourceDir, file)));
  return hash.digest('hex').slice(0, 16);
}

async function go(args, env) {
  try {
    const options = { cwd: sourceDir, env: { ...env, CGO_ENABLED: '0' }, maxBuffer: 64 * 1024 * 1024 };
    return (await run('go', args, options)).stdout;
  } catch (error) {
    const lines = String(error.stderr || error.message)
      .trim()
      .split('\n');
    throw new ControlPlaneUnavailableError(`go ${args[0]} failed: ${lines.slice(-5).join(' | ')}`, { cause: error });
  }
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const { assetsDir } = await ensureAssets({ log: (line) => console.error(line) });
    console.log(assetsDir);
  } catch (error) {
    if (!(error instanceof ControlPlaneUnavailableError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
