/** What the command line costs: how long it takes to the first request, what is installed, and what a small cluster takes in memory. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packAll } from '../package-checks/pack.mjs';
import { userEnvironment } from '../package-checks/child.mjs';
import { fromRoot, npmCommand } from '../workspace.mjs';
import { median } from './figures.mjs';
import { startProcess } from './measured-process.mjs';
import { CONTESTANTS, KIND } from './settings.mjs';

const run = promisify(execFile);
export const KOPF = fromRoot('packages/cli/dist/main.js');
const PACKAGES = ['core', 'kubernetes', 'persistence-annotations', 'cli'];
export const PATIENCE_MS = 60_000;

const config = (name, namespaces) => `import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import handlers from './handlers.js';
export default { name: '${name}', handlers: [handlers], namespaces: ${JSON.stringify(namespaces)}, plugins: [kubernetes(), annotations()] };
`;
const HANDLERS = `import { createRegistry } from '@kopfts/core';
const kopf = createRegistry();
export default kopf;
kopf.on.create('${KIND}', function created({ spec, patch }) {
  patch.status.name = spec.name ?? 'world';
});
`;

/** A folder with an operator in JavaScript or TypeScript, on the packages of this work tree. */
export function projectIn(folder, extension, { name = 'bench', namespaces = ['default'] } = {}) {
  mkdirSync(join(folder, 'node_modules/@kopfts'), { recursive: true });
  for (const one of PACKAGES) symlinkSync(fromRoot('packages', one), join(folder, 'node_modules/@kopfts', one));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, `kopf.config.${extension}`), config(name, namespaces));
  writeFileSync(join(folder, `handlers.${extension}`), HANDLERS);
}

export async function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'kopf-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `kopf --help`, whole process, each time with a bare Node process beside it. */
export async function measureHelp(times) {
  return medians(times, async () => ({ node: await wholeProcess(['-e', '0']), tookMs: await wholeProcess([KOPF, '--help']) }));
}

/** From the start of `kopf run` to its first request, of an operator in `js` or `ts`; beside it a bare Node process. */
export async function measureFirstRequest(times, extension) {
  return inFolder(async (folder) => {
    projectIn(folder, extension);
    return medians(times, async () => ({ node: await wholeProcess(['-e', '0']), tookMs: await firstRequest(folder) }));
  });
}

async function firstRequest(folder) {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, JSON.stringify(kubeconfigOf(`http://127.0.0.1:${server.address().port}`)));
  const began = performance.now();
  const child = spawn(process.execPath, [KOPF, 'run', '--kubeconfig', kubeconfig], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const closed = once(child, 'close');
  let said = '';
  child.stderr.on('data', (chunk) => (said += chunk));
  try {
    return await Promise.race([
      once(server, 'request', { signal: AbortSignal.timeout(PATIENCE_MS) }).then(() => performance.now() - began),
      closed.then(() => Promise.reject(new Error(`kopf run asked nothing: ${said}`))),
    ]);
  } finally {
    child.kill('SIGKILL');
    await closed;
    server.closeAllConnections();
    server.close();
  }
}

function kubeconfigOf(server) {
  const [name, cluster, user] = ['bench', { server }, {}];
  const context = { cluster: name, user: name };
  const lists = { clusters: [{ name, cluster }], users: [{ name, user }], contexts: [{ name, context }] };
  return { apiVersion: 'v1', kind: 'Config', ...lists, 'current-context': name };
}

/** Packages and bytes of what most users install, and of that what belongs to nobody but client-node. */
export async function measureInstall() {
  return inFolder(async (folder) => {
    const tarballs = (await packAll(fromRoot(), PACKAGES, folder)).map(({ file }) => file);
    const project = join(folder, 'project');
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{"private":true}');
    const { command, args, shell } = npmCommand(['install', '--prefer-offline', '--no-audit', '--no-fund', ...tarballs]);
    await run(command, args, { cwd: project, shell, env: userEnvironment({}), maxBuffer: 1 << 26 });
    const lock = JSON.parse(readFileSync(join(project, 'node_modules/.package-lock.json'), 'utf8')).packages;
    const all = Object.keys(lock);
    const kept = reached(
      lock,
      Object.keys(lock).filter((path) => path.startsWith('node_modules/@kopfts/')),
    );
    const bytes = (paths) => {
      const counted = new Set();
      return paths.reduce((sum, path) => sum + sizeOf(join(project, path), counted), 0);
    };
    return { packages: kept.size, mib: bytes([...kept]) / 2 ** 20, all: all.length, allMib: bytes(all) / 2 ** 20 };
  });
}

/** What these need, not by way of client-node. */
function reached(lock, roots) {
  const found = new Set();
  const visit = (path) => {
    if (found.has(path) || path === 'node_modules/@kubernetes/client-node' || lock[path] === undefined) return;
    found.add(path);
    const { dependencies = {}, optionalDependencies = {} } = lock[path];
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) visit(nearest(lock, path, name));
  };
  roots.forEach(visit);
  return found;
}

function nearest(lock, from, name) {
  for (let place = from; ; place = place.slice(0, Math.max(0, place.lastIndexOf('/node_modules/')))) {
    const path = `${place === '' ? '' : `${place}/`}node_modules/${name}`;
    if (lock[path] !== undefined || place === '') return path;
  }
}

/** Without the packages inside of it, which are counted by themselves. A file with two names (the program of esbuild) counts once. */
function sizeOf(folder, counted) {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += entry.name === 'node_modules' ? 0 : sizeOf(path, counted);
    else if (entry.isFile()) bytes += newBytes(statSync(path), counted);
  }
  return bytes;
}

function newBytes({ ino, nlink, size }, counted) {
  if (nlink > 1 && counted.has(ino)) return 0;
  counted.add(ino);
  return size;
}

/** Memory of a `kopf run` over handled objects of a kilobyte: when all are at rest, and the most it ever had. */
export async function measureFootprint(objects) {
  const [namespace] = CONTESTANTS;
  const cluster = await startProcess('./handled-cluster-process.mjs', [namespace, String(objects)], ['--max-old-space-size=4096']);
  try {
    return await inFolder(async (folder) => {
      projectIn(folder, 'js', { name: namespace, namespaces: [namespace] });
      const kubeconfig = join(folder, 'kubeconfig');
      writeFileSync(kubeconfig, JSON.stringify(cluster.ready.kubeconfig));
      return await memoryOf(folder, kubeconfig);
    });
  } finally {
    await cluster.close();
  }
}

async function memoryOf(folder, kubeconfig) {
  const child = spawn(process.execPath, [KOPF, 'run', '--kubeconfig', kubeconfig], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const closed = once(child, 'close');
  try {
    await new Promise((resolve, reject) => {
      let said = '';
      child.stderr.on('data', (chunk) => {
        said += chunk;
        if (said.includes('The operator is ready')) resolve();
      });
      closed.then(() => reject(new Error(`kopf run ended: ${said}`)));
    });
    await calm(child.pid);
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    const mib = (field) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
    return { mib: mib('VmRSS'), mostMib: mib('VmHWM') };
  } finally {
    child.kill('SIGTERM');
    await closed;
  }
}

/** Until it has used no more than a hundredth of a processor for a second. */
async function calm(pid) {
  const ticks = () => {
    const [, , ...fields] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ');
    return Number(fields[11]) + Number(fields[12]);
  };
  for (let before = -2, now = ticks(); now - before > 1; before = now, now = ticks())
    await new Promise((resolve) => setTimeout(resolve, 1000));
}

export async function wholeProcess(args) {
  const began = performance.now();
  await run(process.execPath, args);
  return performance.now() - began;
}

export async function medians(times, measure) {
  const runs = [];
  for (let turn = 0; turn < times; turn += 1) runs.push(await measure());
  return Object.fromEntries(Object.keys(runs[0]).map((figure) => [figure, median(runs.map((one) => one[figure]))]));
}
