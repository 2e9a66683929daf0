/**
 * The power of the sweep: bugs that are planted into a copy of the sources, bundled, and must be found. Each is a replacement of some
 * text; where that text is no longer there, the bug must be planted anew.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'tsup';
import { fromRoot } from '../workspace.mjs';

const core = (path) => fromRoot('packages', 'core', 'src', path);

export const PLANTED_BUGS = [
  {
    name: 'diff-base-first',
    is: 'the essence is stored as handled before the results are',
    violates: /^S9$/,
    strategies: ['crash'],
    changes: [
      { file: core('engine/apply-patch.ts'), text: '  if (status[0]) return status[0];\n', by: '' },
      { file: core('engine/apply-patch.ts'), text: '  return planned[0];', by: '  return planned.at(-1);' },
    ],
  },
  {
    name: 'no-uid-test',
    is: 'writes are not bound to the uid',
    violates: /^S3$/,
    strategies: ['error'],
    changes: [
      { file: core('patch/build-patch.ts'), text: '[sameObject(ref), ...operations]', by: 'operations' },
      { file: core('patch/build-patch.ts'), text: 'metadata: { ...metadata, uid: ref.uid }', by: 'metadata' },
    ],
  },
  {
    name: 'equality-instead-of-order',
    is: 'an older state counts as news if it is not the one known',
    violates: /^S(2|15)$/,
    strategies: ['watch', 'error'],
    changes: [{ file: core('watch/versions.ts'), text: "  return order > 0 ? 'newer' : 'older';", by: "  return 'newer';" }],
  },
  {
    name: 'forgotten-sub-handlers',
    is: 'nobody reads the records of sub-handlers',
    violates: /^S8$/,
    strategies: ['crash'],
    workloads: ['tree'],
    changes: [
      { file: core('engine/pass-input.ts'), text: '  if (children.length === 0) return', by: '  if (children.length >= 0) return' },
    ],
  },
  {
    name: 'waiting-counts',
    is: 'waiting for sub-handlers counts as an attempt',
    violates: /^S(7|8|11)$/,
    strategies: ['crash'],
    workloads: ['tree'],
    changes: [
      {
        file: core('handlers/progress.ts'),
        text: '      return { ...record, delayed: now + outcome.delayMs',
        by: '      return { ...tried, delayed: now + outcome.delayMs',
      },
    ],
  },
  {
    name: 'wall-clock',
    is: 'the time of the machine gets in',
    violates: /^S22$/,
    strategies: ['crash'],
    changes: [{ file: core('engine/run-pass.ts'), text: 'selected, reason, ctx.clock.now())', by: 'selected, reason, Date.now())' }],
  },
];

/** The simulator on the sources with the changes of a bug, as one file; `remove` when it is no longer needed. */
export async function bundleWith({ name, changes }) {
  const parent = fromRoot('node_modules', '.cache', 'kopfts-planted-bugs');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, `${name}-`));
  await build({
    entry: { simulator: fromRoot('tools', 'sweep', 'simulator.mjs') },
    outDir: folder,
    format: ['esm'],
    target: 'node20',
    platform: 'node',
    config: false,
    dts: false,
    silent: true,
    splitting: false,
    noExternal: [/^@kopfts\//],
    external: [/^[^@./]/, /^@(?!kopfts\/)/],
    esbuildPlugins: [sourcesOfPackages(), plant(changes)],
  });
  return { module: join(folder, 'simulator.js'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Packages by their sources: the mistake is made there. */
function sourcesOfPackages() {
  return {
    name: 'sources',
    setup(bundler) {
      bundler.onResolve({ filter: /^@kopfts\/[a-z-]+$/ }, ({ path }) => ({
        path: fromRoot('packages', path.replace('@kopfts/', ''), 'src', 'index.ts'),
      }));
    },
  };
}

/** The source of a file with the changes that belong to it; `undefined` if none does. */
export function plantedSource(path, changes, read) {
  const mine = changes.filter(({ file }) => file === path);
  return mine.length === 0 ? undefined : mine.reduce(replaceOnce, read(path));
}

function plant(changes) {
  return {
    name: 'planted-bug',
    setup(bundler) {
      bundler.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const contents = plantedSource(path, changes, (file) => readFileSync(file, 'utf8'));
        return contents === undefined ? undefined : { loader: 'ts', contents };
      });
    },
  };
}

function replaceOnce(source, { file, text, by }) {
  if (source.split(text).length !== 2) throw new Error(`${file} has not exactly one '${text.trim()}': plant the bug anew`);
  return source.replace(text, () => by);
}
