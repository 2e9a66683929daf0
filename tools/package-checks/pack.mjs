/** The packages as `npm publish` would send them. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unpack } from '@publint/pack';
import { npmCommand } from '../workspace.mjs';

const run = promisify(execFile);

/**
 * Packs the packages of a work tree by one call of npm, which takes half a second to start. Of each:
 * `{ name, folder, manifest, file, tarball, sha256, files: [{ path, data }] }`, where manifest and files are those of the tarball.
 */
export async function packAll(root, names, destination) {
  const packages = names.map((name) => `./packages/${name}`);
  const { command, args, shell } = npmCommand(['pack', '--json', '--pack-destination', destination, ...packages]);
  const { stdout } = await run(command, args, { cwd: root, shell, maxBuffer: 1 << 26 });
  const packed = Object.values(JSON.parse(stdout)); // a list, or by name in newer versions of npm
  return Promise.all(packed.map(({ filename }) => readTarball(join(destination, filename))));
}

/** What is in a tarball. */
export async function readTarball(file) {
  const tarball = await readFile(file);
  const { files, rootDir } = await unpack(tarball);
  const contents = files.map(({ name, data }) => ({ path: name.slice(rootDir.length + 1), data }));
  const manifest = JSON.parse(new TextDecoder().decode(contents.find(({ path }) => path === 'package.json').data));
  const sha256 = createHash('sha256').update(tarball).digest('hex');
  return { name: manifest.name, folder: manifest.name.replace('@kopfts/', ''), manifest, file, tarball, sha256, files: contents };
}

/** What users import: `@kopfts/core`, `@kopfts/core/contracts`. */
export function entriesOf({ name, exports = {} }) {
  return Object.keys(exports)
    .filter((key) => key !== './package.json')
    .map((key) => name + key.slice(1));
}
