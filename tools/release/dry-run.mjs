/**
 * `npm run release:dry-run`: a release on a copy of the work tree, up to the moment in which it would leave the house. The version is set
 * and the lock file follows as in the release workflow, then npm packs what it would publish. Offline. The packages are those of the
 * build step; with --build they are built in the copy.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, promisify } from 'node:util';
import { ensureBuilt, fromRoot, npmCommand, packageFolders } from '../workspace.mjs';
import { judgeRelease } from './judge-release.mjs';
import { stampRepository } from './stamp-repository.mjs';

const execute = promisify(execFile);
/** Where it would come from; only its place in the manifests matters here. */
const origin = { server: 'https://git.example', repository: 'owner/name' };

export async function dryRunRelease({ build = false } = {}) {
  if (!build) await ensureBuilt(packageFolders());
  const copy = await mkdtemp(join(tmpdir(), 'kopfts-release-'));
  try {
    await copyWorkTree(copy, { withBuilt: !build });
    const before = await readManifests(copy);
    await plantChange(copy, before);
    await npm(copy, ['run', 'release:version']);
    const manifests = await readManifests(copy);
    const version = next(before[0].version);
    const failed = [...(await judgeFollowUp(copy, manifests)), ...(await judgePublished(copy, { version, build }))];
    console.log(`release: ${before[0].version} would become ${version}, ${manifests.length} packages`);
    return { passed: failed.length === 0 ? manifests.length : 0, failed };
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

/** Sources, and links to what is installed; our own names lead into the copy. */
async function copyWorkTree(copy, { withBuilt }) {
  const left = new Set(['node_modules', '.git', '.nx', 'coverage', ...(withBuilt ? [] : ['dist'])]);
  await cp(fromRoot(), copy, { recursive: true, filter: (path) => path === fromRoot() || !left.has(basename(path)) });
  for (const folder of ['.', ...packageFolders().map((name) => join('packages', name))]) {
    await linkModules(fromRoot(folder, 'node_modules'), join(copy, folder, 'node_modules'));
  }
  await mkdir(join(copy, 'node_modules', '@kopfts'));
  for (const name of packageFolders()) {
    await symlink(join(copy, 'packages', name), join(copy, 'node_modules', '@kopfts', name), 'junction');
  }
}

async function linkModules(from, to) {
  if (!existsSync(from)) return;
  await mkdir(to);
  const names = (await readdir(from)).filter((name) => !/^(@kopfts|\.package-lock\.json|\.cache|\.vite)/.test(name));
  for (const name of names) await symlink(join(from, name), join(to, name), 'junction');
}

/** Right after a release no change is waiting: there is always one here, of the kind that every next version has. */
async function plantChange(copy, manifests) {
  const all = manifests.map(({ name }) => `'${name}': minor`).join('\n');
  await writeFile(join(copy, '.changeset', 'dry-run.md'), `---\n${all}\n---\n\nA dry run.\n`);
}

const next = (version) => version.replace(/^(\d+)\.(\d+)\..*$/, (_, major, minor) => `${major}.${Number(minor) + 1}.0`);

async function readManifests(copy) {
  return Promise.all(
    packageFolders().map(async (name) => JSON.parse(await readFile(join(copy, 'packages', name, 'package.json'), 'utf8'))),
  );
}

/** No change waits any longer, each changelog has it, and the lock file knows the versions and no addresses. */
async function judgeFollowUp(copy, manifests) {
  const waiting = (await readdir(join(copy, '.changeset'))).filter((name) => name.endsWith('.md') && name !== 'README.md');
  const lock = await readFile(join(copy, 'package-lock.json'), 'utf8');
  const { packages } = JSON.parse(lock);
  const wrong = waiting.map((name) => `.changeset/${name} is still waiting`);
  if (/"resolved": "https?:/.test(lock)) wrong.push('package-lock.json has addresses');
  for (const folder of packageFolders()) {
    const { name, version, dependencies } = manifests.find((manifest) => manifest.name === `@kopfts/${folder}`);
    const locked = packages[`packages/${folder}`];
    if (locked?.version !== version) wrong.push(`package-lock.json has ${name} ${locked?.version}, not ${version}`);
    if (!isDeepStrictEqual(locked?.dependencies, dependencies)) wrong.push(`package-lock.json has other dependencies of ${name}`);
    const changelog = await readFile(join(copy, 'packages', folder, 'CHANGELOG.md'), 'utf8').catch(() => '');
    if (!changelog.includes(`## ${version}`)) wrong.push(`${name} has no changelog of ${version}`);
  }
  return wrong;
}

async function judgePublished(copy, { version, build }) {
  stampRepository(copy, origin);
  if (build) await npm(copy, ['run', 'build']);
  const { stdout, stderr } = await npm(copy, ['publish', '--dry-run', '--json', '--workspaces']);
  const manifests = await readManifests(copy);
  const corrected = stderr.includes('auto-corrected') ? [`npm would publish other manifests than ours:\n${stderr.trim()}`] : [];
  return [...corrected, ...judgeRelease({ manifests, published: JSON.parse(stdout), version, repository: origin.repository })];
}

/** As in a workflow, but from the cache alone. */
async function npm(copy, args) {
  const { command, args: all, shell } = npmCommand(args);
  const env = { ...process.env, npm_config_offline: 'true', NX_DAEMON: 'false', NX_TUI: 'false', CI: 'true' };
  try {
    return await execute(command, all, { cwd: copy, shell, env, maxBuffer: 1 << 26 });
  } catch (error) {
    throw new Error(`npm ${args.join(' ')} failed\n${error.stdout ?? ''}${error.stderr ?? ''}`.trim(), { cause: error });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { passed, failed } = await dryRunRelease({ build: process.argv.includes('--build') });
  for (const line of failed) console.error(line);
  console.log(`${passed} passed, ${failed.length} failed`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}
