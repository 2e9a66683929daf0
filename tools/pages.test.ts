// The code on our pages is compiled, as it stands there, in the examples or in `pages/`; what can run without a place outside runs here.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkConfig, createRegistry, type OperatorConfig, type Plugin } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { runCli, type CliIo } from '@kopfts/cli';
import { withFaults, withReplica, withRights } from './pages/apiserver.js';
import { lists } from './pages/plugin-lists.js';
import { exported, kept } from './pages/plugin-calls.js';

const root = join(import.meta.dirname, '..');
const pages = ['README.md', ...inside('packages', 'README.md'), ...named('docs', /\.md$/)];
const folders = ['tools/pages', 'packages/testing/test/support/migrated', ...inside('examples', '.')];
const read = (path: string): string => readFileSync(join(root, path), 'utf8').replaceAll('\r\n', '\n');

/** What each folder below has. */
function inside(folder: string, name: string): readonly string[] {
  const paths = readdirSync(join(root, folder)).map((below) => join(folder, below, name));
  return paths.filter((path) => existsSync(join(root, path)));
}

function named(folder: string, pattern: RegExp): readonly string[] {
  return readdirSync(join(root, folder))
    .filter((name) => pattern.test(name))
    .map((name) => join(folder, name));
}

/** Blocks stand further to the left than in the files. */
const flat = (text: string): string => text.replace(/\s+/g, ' ').trim();

function blocksOf(page: string, language: string): readonly string[] {
  return [...read(page).matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, text = '']) => text);
}

describe('code on pages', () => {
  const sources = folders.flatMap((folder) => named(folder, /\.ts$/)).map((path) => flat(read(path)));

  it.each(pages)('is code that is compiled: %s', (page) => {
    const blocks = ['ts', 'js', 'typescript', 'javascript'].flatMap((language) => blocksOf(page, language));
    expect(blocks.filter((block) => !sources.some((source) => source.includes(flat(block))))).toEqual([]);
  });

  it('is found on the pages that have some', () => {
    expect(pages.flatMap((page) => blocksOf(page, 'ts')).length).toBeGreaterThan(35);
  });
});

/** A cluster that is never opened. */
const cluster: Plugin = {
  name: 'kubernetes',
  setup: (host) => host.contribute('clusterClient', { open: () => expect.unreachable('nothing is opened') }),
};
const pluginsOf = (plugins: readonly Plugin[]): readonly string[] =>
  checkConfig({ handlers: [createRegistry()], plugins: plugins.map((one) => (one.name === 'kubernetes' ? cluster : one)) }).plugins.map(
    ({ name }) => name,
  );

describe('code on pages, run', () => {
  it.each(['root', 'page', 'kubernetes', 'observability', 'redis'])('is a configuration: %s', async (name) => {
    const { default: config } = (await import(`./pages/${name}.config.ts`)) as { readonly default: OperatorConfig };
    const { handlers } = checkConfig(config);
    expect(handlers.map(({ family }) => family)).toEqual(['change', 'event', 'timer']);
  });

  it.each(['handlers', 'cron', 'indexes', 'login', 'api'])('declares handlers: %s', async (name) => {
    const { default: kopf } = (await import(`./pages/${name}.ts`)) as { readonly default: OperatorConfig['handlers'][number] };
    const { handlers, activities } = checkConfig({ handlers: [kopf], plugins: (await import('./pages/root.config.js')).default.plugins });
    expect(handlers.length + activities.length).toBeGreaterThan(0);
  });

  it('puts plugins together', async () => {
    const { plugins: withStatus } = await import('./pages/status-plugin.js');
    const { plugins: withLiveness } = await import('./pages/liveness-plugin.js');
    expect(pluginsOf(lists.plugins)).toHaveLength(3);
    expect(pluginsOf(lists.onTheWay)).toHaveLength(2);
    expect(pluginsOf(withStatus)).toEqual(['kubernetes', 'persistence-status', 'persistence-annotations']);
    expect(pluginsOf(withLiveness)).toEqual(['kubernetes', 'persistence-annotations', 'liveness']);
    expect([exported().name, kept().name]).toEqual(['observability', 'persistence-redis']);
  });

  it('asks the API server in memory', async () => {
    expect(await withRights()).toBe(403);
    expect(withReplica().name).toBe('b');
    expect(withFaults()).toBeGreaterThan(0);
  });

  it('starts and ends an operator, in time and without', async () => {
    await import('./pages/harness.js');
    expect((await import('./pages/runner.js')).ended).toMatchObject({ exitCode: 0 });
    const world = await (await import('./pages/simulation.js')).twoOperators();
    await world.close();
    expect((await import('./pages/model.js')).model.handlers).toHaveLength(2);
  });
});

describe('commands on pages', () => {
  const lines = pages
    .flatMap((page) => ['sh', 'bash'].flatMap((language) => blocksOf(page, language)))
    .flatMap((block) => block.split('\n'))
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => /^npx (?:--no-install )?kopf /.test(line));

  it.each([...new Set(lines)])('are understood: %s', async (line) => {
    const said: string[] = [];
    const io: CliIo = {
      cwd: join(root, 'docs'), // Without a configuration: each command has to be understood before it finds that out.
      color: false,
      stdout: (text) => said.push(text),
      stderr: (text) => said.push(text),
      now: () => 0,
      onSignal: () => () => undefined,
      onUnhandledRejection: () => () => undefined,
      exit: (code) => expect.unreachable(`ended by ${String(code)}`),
    };
    const argv = line.split(/\s+/).slice(line.includes('--no-install') ? 3 : 2);
    await runCli([...argv, '--config', 'none.ts'], io);
    expect(said.join('')).toMatch(/KOPF_CONFIG_MISSING|KOPF_MANIFEST: crd\.yaml cannot be read|unknown option '--config'/);
  });

  it('are there', () => {
    expect(lines.length).toBeGreaterThan(5);
  });
});

describe('docs/plugins.md', () => {
  it('names each extension point, and nothing that is none', () => {
    const points = read('packages/core/src/plugin/plugin.ts');
    const [, body = ''] = /interface ExtensionPoints \{([\s\S]*?)\n\}/.exec(points) ?? [];
    const declared = [...body.matchAll(/^ {2}readonly (\w+):/gm)].map(([, name]) => name);
    const described = [...read('docs/plugins.md').matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name);
    expect(described.sort()).toEqual(declared.sort());
  });
});
