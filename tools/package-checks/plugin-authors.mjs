/**
 * What authors of plugins do, outside the work tree: a package written by `kopf new-plugin` is tested and packed, and so is one with the example
 * plugin, whose stores pass the contract suites by the runner of Node, too. Both are installed into the project of a user, whose operator runs
 * with the one, then with the other.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fromRoot, installedVersion, npmCommand } from '../workspace.mjs';
import { userEnvironment } from './child.mjs';
import { installProject, runProject } from './users.mjs';

const run = promisify(execFile);
const SKELETON = 'kopf-plugin-skeleton';
const EXAMPLE = 'kopf-plugin-files';
const EXAMPLE_SOURCES = ['backend.ts', 'file-backend.ts', 'stores.ts', 'plugin.ts', 'with-node-test.ts'];

/** Rejects with the error of npm. @returns complaints, by what they are about. */
export async function checkPluginAuthors(folder, tarballs, node) {
  const user = join(folder, 'user');
  const places = { user, skeleton: join(folder, 'skeleton'), example: join(folder, 'example'), packed: join(folder, 'packed') };
  await mkdir(places.packed, { recursive: true });
  await installProject('modules', user, tarballs);
  await writeSkeleton(places, tarballs);
  const skeleton = await testedAndPacked(places.skeleton, places.packed, () => npm(places.skeleton, ['test']));
  if (skeleton.complaints.length > 0) return { 'the plugin of kopf new-plugin': skeleton.complaints };
  await writeExample(places);
  const example = await testedAndPacked(places.example, places.packed, () => testByNode(places.example, node));
  if (example.complaints.length > 0) return { 'the example plugin': example.complaints };
  await npm(user, ['install', '--prefer-offline', '--no-audit', '--no-fund', skeleton.tarball, example.tarball]);
  await useStore(user, { from: SKELETON, call: 'skeleton()' });
  const withSkeleton = await runProject(user, node);
  await useStore(user, { from: EXAMPLE, call: `files({ folder: 'state' })` });
  return { 'the plugin of kopf new-plugin': withSkeleton, 'the example plugin': await runProject(user, node) };
}

async function writeSkeleton({ user, skeleton }, tarballs) {
  const { command, args, shell } = npmCommand(['exec', '--no', '--', 'kopf', 'new-plugin', SKELETON, '--dir', '../skeleton']);
  await run(command, args, { cwd: user, shell, env: userEnvironment({}) });
  await pinTools(join(skeleton, 'package.json'));
  const core = tarballs.find((file) => /kopfts-core-/.test(file));
  await npm(skeleton, ['install', '--prefer-offline', '--no-audit', '--no-fund', '--save-dev', core]);
}

/** The sources of the example in the package of an author: the manifest, the compiler and the tools are those of the skeleton. */
async function writeExample({ skeleton, example }) {
  await mkdir(join(example, 'src'), { recursive: true });
  await Promise.all(EXAMPLE_SOURCES.map((name) => cp(fromRoot('examples/20-plugin', name), join(example, 'src', name))));
  await writeFile(join(example, 'src/index.ts'), `export { files, type FilesOptions } from './plugin.js';\n`);
  await writeFile(join(example, 'README.md'), '# Progress in files\n');
  await cp(join(skeleton, 'tsconfig.json'), join(example, 'tsconfig.json'));
  const manifest = JSON.parse(await readFile(join(skeleton, 'package.json'), 'utf8'));
  await writeFile(join(example, 'package.json'), JSON.stringify({ ...manifest, name: EXAMPLE }));
  await symlink(join(skeleton, 'node_modules'), join(example, 'node_modules'), 'dir');
}

/** Packing compiles it first. @returns what is wrong, and the tarball. */
async function testedAndPacked(folder, places, test) {
  const { stdout } = await npm(folder, ['pack', '--json', '--pack-destination', places]);
  const [{ filename, files }] = Object.values(JSON.parse(stdout.slice(stdout.indexOf('['))));
  const tested = await test().catch((error) => error);
  const failures = tested instanceof Error ? [`its tests fail: ${tested.stdout ?? ''}${tested.message}`] : [];
  const wanted = ['README.md', 'dist/index.d.ts', 'dist/index.js', 'package.json'];
  const missing = wanted.filter((path) => !files.some((file) => file.path === path));
  return { tarball: join(places, filename), complaints: [...failures, ...missing.map((path) => `its tarball has no ${path}`)] };
}

/** The contract suites of both stores. A run that finds no test succeeds, too. */
async function testByNode(cwd, { bin }) {
  const args = ['--test', '--test-reporter=tap', 'dist/with-node-test.js'];
  const result = await run(join(bin, 'node'), args, { cwd, env: userEnvironment({}), maxBuffer: 1 << 26 });
  const [, passed = 0] = /^# pass (\d+)$/m.exec(result.stdout) ?? [];
  if (Number(passed) < 10) throw Object.assign(new Error(`only ${passed} cases passed`), result);
  return result;
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
