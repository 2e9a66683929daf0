/** The projects of users, installed once and run on every Node: from `npm install` to a clean end by SIGTERM. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { npmFailure } from '../toolchains/npm-failure.mjs';
import { fromRoot, installedVersion, npmCommand } from '../workspace.mjs';
import { start, userEnvironment } from './child.mjs';
import { installedComplaints, loadedComplaints } from './one-core.mjs';
import { projectFiles } from './user-projects.mjs';

const run = promisify(execFile);
const greeting = 'Hello, world!';

/** Writes the project and installs the tarballs into it. Rejects with the error of npm. */
export async function installProject(flavour, folder, tarballs) {
  await mkdir(folder, { recursive: true });
  const sources = await seedFiles();
  const typings = Object.fromEntries(['@tsconfig/strictest', '@types/node'].map((name) => [name, installedVersion(name)]));
  const files = projectFiles(flavour, { read: (name) => sources.get(name), typings });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await npm(folder, ['install', '--prefer-offline', '--no-audit', '--no-fund', ...tarballs]);
}

async function seedFiles() {
  const example = ['handlers.ts', 'kopf.config.ts', 'object.yaml', 'crd.yaml'].map((name) => [name, fromRoot('examples/00-hello', name)]);
  const ours = ['witness.ts', 'typed-handlers.ts', 'api-server.mjs'].map((name) => [
    `project/${name}`,
    fromRoot('tools/package-checks/project', name),
  ]);
  return new Map(await Promise.all([...example, ...ours].map(async ([name, file]) => [name, await readFile(file, 'utf8')])));
}

/** What `npm ls` says about the copies of core in an installed project. */
export async function installedCopies(folder) {
  const { stdout } = await npm(folder, ['ls', '@kopfts/core', '--parseable', '--all']);
  return installedComplaints(stdout);
}

async function npm(folder, given) {
  const { command, args, shell } = npmCommand(given);
  try {
    return await run(command, args, { cwd: folder, shell, env: userEnvironment({}), maxBuffer: 1 << 26 });
  } catch (error) {
    error.message = `npm ${given[0]} in ${folder}: ${npmFailure(error)}`;
    throw error;
  }
}

/**
 * Runs the operator of a project by `npx --no-install kopf run` against a server of its own until it greets, then ends it by SIGTERM.
 * @returns complaints.
 */
export async function runProject(folder, { version, bin }) {
  const kubeconfig = join(folder, `kubeconfig-${version}.json`);
  const env = userEnvironment({ PATH: `${bin}${delimiter}${process.env.PATH}`, KUBECONFIG: kubeconfig });
  const server = start('node', ['api-server.mjs', kubeconfig], { cwd: folder, env });
  const operator = await server.said('serving').then(
    () => start('npx', ['--no-install', 'kopf', 'run'], { cwd: folder, env }),
    (error) => error,
  );
  try {
    if (operator instanceof Error) return [`the API server ${operator.message}`];
    await operator.said(greeting);
    await operator.said('witness: timer ended');
    // To the operator itself, as to the first process of a container: a shell between it and npx passes no signal on, but its exit code.
    process.kill(witnessed(operator.output()).pid, 'SIGTERM');
    const code = await operator.ended();
    return [...(code === 0 ? [] : [`kopf run ended with ${code} on SIGTERM`]), ...outputComplaints(operator.output(), version)];
  } catch (error) {
    return [`kopf run ${error.message}`];
  } finally {
    operator.kill?.();
    server.signal('SIGTERM');
    await server.ended().catch(() => {});
    server.kill();
  }
}

function witnessed(output) {
  const line = /^witness: (\{.*\})$/m.exec(output);
  if (line === null) throw new Error(`has a plugin that does not say what is loaded:\n${output}`);
  return JSON.parse(line[1]);
}

const complaint = /error|Warning:|\[WARN|KOPF_[A-Z]/i;
/** Node 20.19 calls it experimental that CommonJS requires modules. */
const expected = /ExperimentalWarning: .*require/;

/** Pure: what a run of the operator must have said, and must not. */
export function outputComplaints(output, version) {
  const { node, core } = witnessed(output);
  const wrong = output.split('\n').filter((text) => complaint.test(text) && !expected.test(text));
  return [
    ...(node === version ? [] : [`it ran on Node ${node}, not on ${version}`]),
    ...loadedComplaints(core),
    ...wrong.map((text) => `kopf run says: ${text}`),
  ];
}
