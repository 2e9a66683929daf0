/**
 * What authors of plugins do, outside the work tree: a package written by `kopf new-plugin` is tested, packed and installed into the project of
 * a user, whose operator runs with it; so does one with the example plugin.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fromRoot, installedVersion, npmCommand } from '../workspace.mjs';
import { userEnvironment } from './child.mjs';
import { installProject, runProject } from './users.mjs';

const run = promisify(execFile);
const NAME = 'kopf-plugin-skeleton';
const EXAMPLE = ['backend.ts', 'file-backend.ts', 'stores.ts', 'plugin.ts'];

/** Rejects with the error of npm. @returns complaints, by what they are about. */
export async function checkPluginAuthors(folder, tarballs, node) {
  const user = join(folder, 'user');
  await installProject('modules', user, tarballs);
  const skeleton = await skeletonComplaints(user, tarballs);
  if (skeleton.length > 0) return { 'the plugin of kopf new-plugin': skeleton };
  await useStore(user, { from: NAME, call: 'skeleton()' });
  const withSkeleton = await runProject(user, node);
  await Promise.all(EXAMPLE.map((name) => cp(fromRoot('examples/20-plugin', name), join(user, name))));
  await useStore(user, { from: './plugin.js', call: `files({ folder: 'state' })` });
  return { 'the plugin of kopf new-plugin': withSkeleton, 'the example plugin': await runProject(user, node) };
}

/** Written, tested, packed, and installed beside the user. */
async function skeletonComplaints(user, tarballs) {
  const { command, args, shell } = npmCommand(['exec', '--no', '--', 'kopf', 'new-plugin', NAME, '--dir', '../skeleton']);
  await run(command, args, { cwd: user, shell, env: userEnvironment({}) });
  const skeleton = join(user, '../skeleton');
  await pinTools(join(skeleton, 'package.json'));
  const core = tarballs.find((file) => /kopfts-core-/.test(file));
  await npm(skeleton, ['install', '--prefer-offline', '--no-audit', '--no-fund', '--save-dev', core]);
  const tested = await npm(skeleton, ['test']).catch((error) => error);
  if (tested instanceof Error) return [`its tests fail: ${tested.stdout ?? ''}${tested.message}`];
  const places = join(user, '../packed');
  await mkdir(places, { recursive: true });
  const { stdout } = await npm(skeleton, ['pack', '--json', '--pack-destination', places]);
  const [{ filename, files }] = Object.values(JSON.parse(stdout.slice(stdout.indexOf('['))));
  await npm(user, ['install', '--prefer-offline', '--no-audit', '--no-fund', join(places, filename)]);
  const wanted = ['README.md', 'dist/index.d.ts', 'dist/index.js', 'package.json'];
  const missing = wanted.filter((path) => !files.some((file) => file.path === path));
  return missing.map((path) => `its tarball has no ${path}`);
}

/** To the versions that this machine has. */
async function pinTools(file) {
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  for (const name of Object.keys(manifest.devDependencies).filter((name) => !name.startsWith('@kopfts/')))
    manifest.devDependencies[name] = installedVersion(name);
  await writeFile(file, JSON.stringify(manifest));
}

/** In the place of annotations, or of the store that was there before. */
async function useStore(user, { from, call }) {
  const file = join(user, 'kopf.config.js');
  const text = await readFile(file, 'utf8');
  const name = call.replace(/\(.*/, '');
  const changed = text
    .replace(/^import \{ (?:annotations|skeleton) \} from .*$/m, `import { ${name} } from '${from}';`)
    .replace(/\b(?:annotations|skeleton)\(\)/, call);
  if (!changed.includes(call) || !changed.includes(from)) throw new Error(`the configuration has no store to replace:\n${text}`);
  await writeFile(file, changed);
}

async function npm(cwd, given) {
  const { command, args, shell } = npmCommand(given);
  return run(command, args, { cwd, shell, env: userEnvironment({}), maxBuffer: 1 << 26 });
}
