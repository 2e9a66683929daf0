/**
 * The packages as users get them: packed by npm, judged as tarballs, and installed into projects outside the work tree that compile
 * and run with every compiler and Node that we promise.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ensureToolchains, hasNodePackages, ToolchainsUnavailableError } from '../toolchains/fetch.mjs';
import { isUnreachable, npmFailure } from '../toolchains/npm-failure.mjs';
import { fromRoot, installedVersion, tool } from '../workspace.mjs';
import { budgetComplaints, weighPackage } from './budgets.mjs';
import { compileProject, writeCompilation } from './declarations.mjs';
import { importWeight, requireComplaints } from './import-weight.mjs';
import { entriesOf, packAll } from './pack.mjs';
import { checkPluginAuthors } from './plugin-authors.mjs';
import { buildElsewhere, differences } from './reproducible.mjs';
import { tarballComplaints } from './tarball-rules.mjs';
import { allEnded, createLanes, timesLine } from './two-at-a-time.mjs';
import { flavours } from './user-projects.mjs';
import { installedCopies, installProject, runProject } from './users.mjs';

const run = promisify(execFile);

export async function checkPackages(names) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'kopfts-packages-')));
  const lanes = createLanes(2);
  const result = { passed: 0, failed: [], skipped: [] };
  const note = (what, complaints) => {
    if (complaints.length === 0) result.passed += 1;
    result.failed.push(...complaints.map((line) => `${what}: ${line}`));
  };
  try {
    const destination = join(folder, 'tarballs');
    await mkdir(destination);
    const packed = await lanes.run('pack', () => packAll(fromRoot(), names, destination));
    for (const one of packed) note(`${one.name}, the tarball`, tarballComplaints(one));
    const check = { names, packed, folder, lanes, note, skip: (line) => result.skipped.push(line) };
    // The longest first: the lanes are then empty at the same time.
    const parts = [checkBuilds(check), checkUsers(check), checkAuthors(check), checkByProcess(check)];
    const ended = await Promise.allSettled(parts);
    for (const { reason } of ended.filter(({ status }) => status === 'rejected')) note('packages', [reason?.stack ?? String(reason)]);
    console.log(`  packages, two at a time: ${timesLine(lanes.times())}`);
    return result;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Two clean builds, in places of different names, give the tarballs that were packed here. */
async function checkBuilds({ names, packed, folder, lanes, note }) {
  const places = ['build', join('another', 'place', 'to-build')].map((place) => join(folder, place));
  const builds = await allEnded(places.map((place) => lanes.run('clean builds', () => buildElsewhere(names, place))));
  for (const [index, one] of builds[0].entries()) {
    note(`${one.name}, two clean builds`, differences(one, builds[1][index]));
    const here = packed.find(({ name }) => name === one.name);
    note(`${one.name}, a clean build and the one here`, differences(here, one));
  }
}

/** What keeps a processor busy without waiting runs in processes of its own: in this one it would hold up everything else. */
async function checkByProcess({ names, packed, lanes, note }) {
  const byProcess = async (file, args) => {
    const { stdout } = await run(process.execPath, [fromRoot('tools/package-checks', file), ...args], { maxBuffer: 1 << 26 });
    return JSON.parse(stdout);
  };
  const [interfaces, resolutions] = await allEnded([
    lanes.run('api reports', () => byProcess('api-report.mjs', ['--json', ...names])),
    lanes.run('manifests and types', () =>
      byProcess(
        'type-resolution.mjs',
        packed.map(({ file }) => file),
      ),
    ),
  ]);
  note('the public interface', interfaces);
  for (const { name, file } of packed) note(`${name}, how it is found`, resolutions[file]);
}

async function checkUsers(check) {
  const { packed, folder, lanes, skip } = check;
  const tarballs = packed.map(({ file }) => file);
  const toolchains = await availableToolchains(check);
  const projects = flavours.map(async (flavour) => {
    const project = join(folder, 'users', flavour);
    try {
      await lanes.run('npm install', () => installProject(flavour, project, tarballs));
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      skip(`packages, the ${flavour} user: the registry cannot be reached: ${npmFailure(error)}`);
      return;
    }
    await checkProject(flavour, project, { ...check, toolchains });
  });
  await allEnded(projects);
}

async function checkAuthors({ packed, folder, lanes, note, skip }) {
  const tarballs = packed.map(({ file }) => file);
  const here = { version: process.versions.node, bin: dirname(process.execPath) };
  try {
    const complaints = await lanes.run('authors of plugins', () => checkPluginAuthors(join(folder, 'authors'), tarballs, here));
    for (const [what, lines] of Object.entries(complaints)) note(what, lines);
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    skip(`packages, authors of plugins: the registry cannot be reached: ${npmFailure(error)}`);
  }
}

async function checkProject(flavour, project, check) {
  const { lanes, note, toolchains } = check;
  note(`the ${flavour} user`, await lanes.run('npm ls', () => installedCopies(project)));
  const work = toolchains.nodes.map(async (node) => {
    note(`the ${flavour} user on Node ${node.version}`, await lanes.run('kopf run', () => runProject(project, node)));
  });
  if (flavour === 'typescript') work.push(checkCompilers(project, check));
  if (flavour === 'modules') work.push(checkWeights(project, check));
  if (flavour === 'commonjs') work.push(checkRequire(project, check));
  await allEnded(work);
}

async function checkCompilers(project, { packed, lanes, note, toolchains }) {
  await writeCompilation(
    project,
    packed.flatMap(({ manifest }) => entriesOf(manifest)),
  );
  const compilers = toolchains.compilers.map(async (compiler) => {
    note(`the declarations under TypeScript ${compiler.version}`, await lanes.run('compilers', () => compileProject(project, compiler)));
  });
  await allEnded(compilers);
}

async function checkWeights(project, { packed, lanes, note }) {
  const budgets = JSON.parse(await readFile(fromRoot('tools/package-checks/budgets.json'), 'utf8'));
  const weigh = async ({ name, folder, manifest, tarball, files }) => {
    const weights = await allEnded(
      entriesOf(manifest).map(async (entry) => [`.${entry.slice(name.length)}`, await importWeight(project, entry)]),
    );
    return budgetComplaints(weighPackage({ tarball, files }, Object.fromEntries(weights)), budgets[folder]);
  };
  for (const one of packed) note(`${one.name}, its budget`, await lanes.run('budgets', () => weigh(one)));
}

async function checkRequire(project, { packed, lanes, note }) {
  for (const entry of packed.flatMap(({ manifest }) => entriesOf(manifest))) {
    note(`require('${entry}')`, await lanes.run('require', () => requireComplaints(project, entry)));
  }
}

/** Those of users, and what runs here; where the former cannot be had, only the latter. */
async function availableToolchains({ lanes, skip }) {
  const here = { version: process.versions.node, bin: dirname(process.execPath) };
  const compiler = { version: installedVersion('typescript'), tsc: tool('typescript', 'tsc') };
  try {
    const { nodes, compilers } = await lanes.run('fetch', () => ensureToolchains({ log: (line) => console.error(line) }));
    if (!hasNodePackages()) skip('packages on other versions of Node: they are to be had for Linux on x64 only');
    return { nodes: nodes.length > 0 ? nodes : [here], compilers: [...compilers, compiler] };
  } catch (error) {
    if (!(error instanceof ToolchainsUnavailableError)) throw error;
    skip(`packages on other versions of Node and TypeScript: ${error.message}`);
    return { nodes: [here], compilers: [compiler] };
  }
}
