/** Whether the same sources give the same bytes: built in two other places, from nothing, without a cache. */
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { fromRoot, tool } from '../workspace.mjs';
import { packAll } from './pack.mjs';

const run = promisify(execFile);

/** Copies what a build reads to `folder`, builds the packages there one after the other, and packs them into `folder/tarballs`. */
export async function buildElsewhere(names, folder) {
  await copySources(names, folder);
  await linkModules(names, folder);
  const manifests = names.map((name) => [name, fromRoot('packages', name, 'package.json')]);
  for (const name of await inOrder(manifests)) {
    const cwd = join(folder, 'packages', name);
    try {
      await run(process.execPath, [tool('tsup')], { cwd, maxBuffer: 1 << 26 });
    } catch (error) {
      throw new Error(`the clean build of ${name} fails:\n${error.stdout}\n${error.stderr}`, { cause: error });
    }
  }
  const tarballs = join(folder, 'tarballs');
  await mkdir(tarballs);
  return packAll(folder, names, tarballs);
}

async function copySources(names, folder) {
  const left = ['dist', 'node_modules', 'test'];
  for (const name of names) {
    const from = fromRoot('packages', name);
    await cp(from, join(folder, 'packages', name), { recursive: true, filter: (path) => !left.includes(relative(from, path)) });
  }
  for (const file of ['package.json', 'tsconfig.base.json', 'tools/tsup-preset.mjs']) await cp(fromRoot(file), join(folder, file));
}

/** What others wrote is the same in both places; what we wrote is the copy. */
async function linkModules(names, folder) {
  const link = async (from, to) => {
    await mkdir(to, { recursive: true });
    for (const entry of await readdir(from).catch(() => [])) {
      if (entry !== '@kopfts') await symlink(join(from, entry), join(to, entry), 'junction');
    }
  };
  await link(fromRoot('node_modules'), join(folder, 'node_modules'));
  await mkdir(join(folder, 'node_modules', '@kopfts'));
  for (const name of names) {
    await link(fromRoot('packages', name, 'node_modules'), join(folder, 'packages', name, 'node_modules'));
    await symlink(join(folder, 'packages', name), join(folder, 'node_modules', '@kopfts', name), 'junction');
  }
}

async function inOrder(manifests) {
  const needs = new Map();
  for (const [name, file] of manifests) {
    const { dependencies, peerDependencies, devDependencies } = JSON.parse(await readFile(file, 'utf8'));
    const ours = Object.keys({ ...dependencies, ...peerDependencies, ...devDependencies }).filter((one) => one.startsWith('@kopfts/'));
    needs.set(
      name,
      ours.map((one) => one.replace('@kopfts/', '')),
    );
  }
  return buildOrder(needs);
}

/** Pure: each name after those that it needs. Throws on a cycle. */
export function buildOrder(needs) {
  const order = [];
  const visit = (name, path) => {
    if (order.includes(name)) return;
    if (path.includes(name)) throw new Error(`packages need each other: ${[...path, name].join(' → ')}`);
    for (const needed of needs.get(name) ?? []) if (needs.has(needed)) visit(needed, [...path, name]);
    order.push(name);
  };
  for (const name of needs.keys()) visit(name, []);
  return order;
}

/** Pure: which files make two packings of one package differ. */
export function differences(one, other) {
  if (one.sha256 === other.sha256) return [];
  const of = (files) => new Map(files.map(({ path, data }) => [path, Buffer.from(data)]));
  const [left, right] = [of(one.files), of(other.files)];
  const paths = [...new Set([...left.keys(), ...right.keys()])].sort();
  const different = paths.filter((path) => !(left.get(path) && right.get(path) && left.get(path).equals(right.get(path))));
  return [`two clean builds differ in ${different.length === 0 ? 'the tarball, not in its files' : different.join(', ')}`];
}
