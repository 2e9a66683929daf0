import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { projectWith, write } from './fake-io.js';
import { spawnKopf } from './spawn-kopf.js';

/** Modules of users are loaded by hooks of Node, which a test runner replaces by its own: hence a process of its own, on the sources. */
const tsx = createRequire(import.meta.url).resolve('tsx/cli');
const tsconfig = fileURLToPath(new URL('../../../tsconfig.json', import.meta.url));
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

function kopf(cwd: string, ...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [tsx, '--tsconfig', tsconfig, main, ...argv],
      { cwd, env: { ...process.env, NO_COLOR: '1' } },
      (error, out, err) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, out, err });
      },
    );
  });
}

const CLUSTER = `{ name: 'cluster', setup(host) { host.contribute('clusterClient', { open: () => ({}) }); } }`;
const CONFIG = `import { annotations } from '@kopfts/persistence-annotations';
import handlers from './handlers.js';
export default { handlers: [handlers], plugins: [annotations(), ${CLUSTER}] };
`;
const HANDLERS = `import { createRegistry } from '@kopfts/core';
const kopf = createRegistry();
export default kopf;
enum Kind { Pods = 'pods' }
kopf.on.create(Kind.Pods, function created() {});
`;

describe('in a process of its own, kopf check', () => {
  it.each([
    { what: 'TypeScript of ES modules', manifest: '{"type":"module"}' },
    { what: 'TypeScript of a package that does not say what its modules are', manifest: '{}' },
  ])('loads $what', async ({ manifest }) => {
    const done = await kopf(projectWith({ 'package.json': manifest, 'kopf.config.ts': CONFIG, 'handlers.ts': HANDLERS }), 'check');
    expect(done).toMatchObject({ code: 0, err: '' });
    expect(done.out).toContain('handler       create  created  pods  handlers.ts:5\n');
  });

  it.each([
    {
      what: 'a configuration that is no TypeScript',
      files: { 'kopf.config.ts': '\n\nexport default {;\n' },
      says: 'error KOPF_CONFIG_BROKEN: kopf.config.ts:3 cannot be loaded: Expected identifier but found ";". Correct it and start again.\n',
    },
    {
      what: 'an import of a module that is not there',
      files: { 'kopf.config.ts': CONFIG },
      says: "error KOPF_CONFIG_BROKEN: kopf.config.ts:2 cannot be loaded: it imports './handlers.js', which does not exist. Correct it and start again.\n",
    },
    {
      what: 'handlers that throw at import',
      files: { 'kopf.config.ts': CONFIG, 'handlers.ts': 'interface Gone {\n  x: 1;\n}\nexport default {};\nthrow new Error("no luck");\n' },
      says: 'error KOPF_HANDLER_MODULE: handlers.ts:5 cannot be loaded: no luck. Correct it and start again.\n',
    },
  ])('names file and line of $what', async ({ files, says }) => {
    const done = await kopf(projectWith({ 'package.json': '{"type":"module"}', ...files }), 'check');
    expect(done).toEqual({ code: 1, out: '', err: says });
  });
});

const LIVE_CONFIG = `import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import handlers from './handlers.js';
export default { name: 'live', handlers: [handlers], plugins: [kubernetes(), annotations()] };
`;
const greeting = (word: string) => `import { createRegistry } from '@kopfts/core';
import { word } from './word.js';
const kopf = createRegistry();
export default kopf;
const copies = ((globalThis as any).copies ??= new Set()).add(createRegistry).size;
kopf.timer('namespaces', { id: 'seen', interval: 0.2 }, ({ name }) => { if (name === 'default') console.log('${word} ' + word + ' ' + copies); });
`;

describe('in a process of its own, kopf dev', () => {
  it(
    '[B-63] loads what was saved but no package twice, goes on with the old code when that is broken, and ends by a signal with 0',
    { timeout: 60_000 },
    async () => {
      const word = (text: string) => `export const word: string = '${text}';\n`;
      const files = {
        'package.json': '{"type":"module"}',
        'kopf.config.ts': LIVE_CONFIG,
        'handlers.ts': greeting('one'),
        'word.ts': word('first'),
      };
      const cwd = projectWith(files);
      const { child, hear, heard, over } = spawnKopf(cwd, 'dev');
      await hear('one first 1\n');
      write(cwd, 'word.ts', word('second'));
      await hear('one second 1\n');
      write(cwd, 'handlers.ts', 'const = 1;\n');
      await hear(
        'error KOPF_HANDLER_MODULE: handlers.ts:1 cannot be loaded: Expected identifier but found "=". Correct it and start again. The old code goes on.',
      );
      write(cwd, 'handlers.ts', greeting('two'));
      await hear('two second 1\n');
      child.kill('SIGINT');
      expect(await over).toBe(0);
      expect(heard().match(/The operator 'live' starts/g)).toHaveLength(1);
    },
  );
});
