/**
 * A real Kubernetes control plane for one test suite or one person: etcd, kube-apiserver and, if wanted, the controller manager, on
 * free loopback ports, with everything in one temporary folder. It never outlives the process that started it.
 */
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ControlPlaneUnavailableError, ensureAssets } from './build.mjs';
import { controllerArguments, etcdArguments, kubeconfig, serverArguments, writeConfiguration } from './configuration.mjs';
import { openPrograms } from './programs.mjs';

const server = 'kube-apiserver';
const controllers = 'kube-controller-manager';
const attempts = 3; // somebody else may take a port between our asking for it and the program's listening on it

/** Starts a control plane and waits until it serves. See control-plane.d.mts for the options and what is returned. */
export async function startControlPlane(options = {}) {
  const { assetsDir } = options.assetsDir === undefined ? await ensureAssets({ log: options.log }) : options;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(assetsDir, options);
    } catch (error) {
      if (attempt === attempts || !/address already in use/.test(String(error.message))) throw error;
    }
  }
}

async function start(assetsDir, options) {
  const dataDir = await mkdtemp(join(options.parentDir ?? tmpdir(), 'kopfts-control-plane-'));
  const programs = await openPrograms(join(dataDir, 'logs'), dataDir);
  try {
    const { paths, tokens } = await writeConfiguration(dataDir, options.users);
    const ports = await freePorts(['etcdClient', 'etcdPeer', 'server']);
    const context = { assetsDir, dataDir, programs, paths, tokens, ports, options, url: `https://127.0.0.1:${ports.server}` };
    programs.start('etcd', join(assetsDir, 'etcd'), etcdArguments(paths, ports));
    await startServer(context);
    context.ca = await readFile(paths.caPath, 'utf8');
    context.kubeconfigPath = await writeKubeconfig(context, 'admin');
    if (options.controllerManager) await startControllers(context);
    return controlPlane(context);
  } catch (error) {
    await programs.close();
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  }
}

function controlPlane(context) {
  const { programs, dataDir, paths, tokens, ports, url, ca, assetsDir, kubeconfigPath } = context;
  return {
    url,
    ca,
    caPath: paths.caPath,
    token: tokens.admin,
    tokens,
    kubeconfigPath,
    assetsDir,
    dataDir,
    auditLogPath: paths.auditLogPath,
    etcdUrl: `http://127.0.0.1:${ports.etcdClient}`,
    kubeconfigFor: (user) => writeKubeconfig(context, user),
    kubectl: (args, kubectlOptions) => kubectl(context, args, kubectlOptions),
    auditEntries: () => readAuditLog(paths.auditLogPath),
    kill: (signal) => programs.end(server, signal),
    pause: () => programs.signal(server, 'SIGSTOP'),
    resume: () => programs.signal(server, 'SIGCONT'),
    compact: () => compact(`http://127.0.0.1:${ports.etcdClient}`),
    async restart(signal) {
      await programs.end(server, signal);
      await startServer(context);
    },
    wipe: () => withOtherData(context, () => rm(paths.etcdDir, { recursive: true, force: true })),
    backUp: () => withOtherData(context, () => cp(paths.etcdDir, `${paths.etcdDir}-backup`, { recursive: true })),
    restore: () =>
      withOtherData(context, async () => {
        await rm(paths.etcdDir, { recursive: true });
        await cp(`${paths.etcdDir}-backup`, paths.etcdDir, { recursive: true });
      }),
    async rotateCertificate() {
      await programs.end(server);
      await rm(paths.certDir, { recursive: true });
      await startServer(context);
      context.ca = await readFile(paths.caPath, 'utf8');
      return context.ca;
    },
    async stop() {
      await programs.close();
      await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

/** Server and etcd are down while the data is changed. */
async function withOtherData(context, change) {
  const { programs, paths, ports, assetsDir } = context;
  await programs.end(server);
  await programs.end('etcd');
  await change();
  programs.start('etcd', join(assetsDir, 'etcd'), etcdArguments(paths, ports));
  await startServer(context);
}

async function startServer(context) {
  const { programs, paths, ports, options, assetsDir } = context;
  programs.start(server, join(assetsDir, server), serverArguments(paths, ports, options));
  const boundMs = options.readyTimeoutMs ?? 90_000;
  const deadline = performance.now() + boundMs;
  for (;;) {
    const failed = ['etcd', server].find((name) => !programs.isRunning(name));
    if (failed !== undefined) throw new Error(`${failed} ended instead of serving:\n${programs.tail(failed)}`);
    if (await isReady(context)) return;
    if (performance.now() > deadline) throw new Error(`${server} was not ready after ${boundMs} ms:\n${programs.tail(server)}`);
    await sleep(50);
  }
}

/** The default namespace is made by a task of the server that readiness does not wait for, and nearly every test needs it. */
async function isReady(context) {
  return (await status(context, '/readyz')) === 200 && (await status(context, '/api/v1/namespaces/default')) === 200;
}

async function status({ paths, ports, tokens }, path) {
  const ca = await readFile(paths.caPath).catch(() => undefined);
  if (ca === undefined) return undefined;
  const headers = { authorization: `Bearer ${tokens['controller-manager']}` }; // in an audit log only tests are `admin`
  return new Promise((resolve) => {
    const call = request({ host: '127.0.0.1', port: ports.server, path, ca, headers, agent: false, timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(undefined));
    call.end();
  });
}

async function startControllers(context) {
  const { programs, paths, assetsDir } = context;
  const program = join(assetsDir, controllers);
  const file = await writeKubeconfig(context, 'controller-manager');
  const started = programs.start(controllers, program, controllerArguments(paths, file));
  await new Promise((resolve, reject) => {
    started.child.on('spawn', resolve);
    started.child.on('error', (error) => reject(new ControlPlaneUnavailableError(`${program} does not start: ${error.message}`)));
  });
}

async function writeKubeconfig(context, user) {
  const token = context.tokens[user];
  if (token === undefined) throw new Error(`there is no user ${user}; users are ${Object.keys(context.tokens).join(', ')}`);
  const file = join(context.paths.kubeconfigDir, user);
  await writeFile(file, kubeconfig({ url: context.url, ca: context.ca, token, user }), { mode: 0o600 });
  return file;
}

/** HOME is ours: kubectl keeps a discovery cache there, which must not survive or be shared. */
async function kubectl(context, args, { input, user = 'admin' } = {}) {
  const home = join(context.dataDir, 'home');
  await mkdir(home, { recursive: true });
  const env = { PATH: process.env.PATH ?? '', HOME: home, KUBECONFIG: await writeKubeconfig(context, user) };
  const child = spawn(join(context.assetsDir, 'kubectl'), args, { env, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
  child.stdin?.on('error', () => {}); // it may end before it has read everything; its exit code tells
  child.stdin?.end(input);
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (text) => (output[name] += text));
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode, signal) => resolve(exitCode ?? signal));
  });
  return { code, ...output };
}

async function readAuditLog(path) {
  const text = await readFile(path, 'utf8').catch(() => '');
  const complete = text.slice(0, text.lastIndexOf('\n') + 1); // the server may be in the middle of a line
  return complete
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** Forgets all history up to now. A server that runs still answers old versions from its watch cache: restart it for a 410. */
async function compact(etcdUrl) {
  const post = async (path, body) => {
    const response = await fetch(`${etcdUrl}${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`etcd answered ${response.status} to ${path}: ${await response.text()}`);
    return response.json();
  };
  const { header } = await post('/v3/kv/range', { key: 'AA==' });
  await post('/v3/kv/compaction', { revision: header.revision });
  return header.revision;
}

/** Asked for together and freed together, so that no two are equal. */
async function freePorts(names) {
  const servers = await Promise.all(names.map(() => listen()));
  const ports = Object.fromEntries(names.map((name, index) => [name, servers[index].address().port]));
  await Promise.all(servers.map((one) => new Promise((resolve) => one.close(resolve))));
  return ports;
}

function listen() {
  return new Promise((resolve, reject) => {
    const one = createServer();
    one.on('error', reject);
    one.listen(0, '127.0.0.1', () => resolve(one));
  });
}
