import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isUnreachable, npmFailure } from '../toolchains/npm-failure.mjs';
import { installedComplaints, loadedComplaints } from './one-core.mjs';
import { allEnded, createLanes, timesLine } from './two-at-a-time.mjs';
import { asCommonJs, projectFiles, type Flavour } from './user-projects.mjs';
import { outputComplaints } from './users.mjs';

const example = fileURLToPath(new URL('../../examples/00-hello/', import.meta.url));
const ours = fileURLToPath(new URL('./', import.meta.url));
const read = (name: string) => readFileSync((name.startsWith('project/') ? ours : example) + name, 'utf8');
const project = (flavour: Flavour) => projectFiles(flavour, { read, typings: { '@types/node': '20.19.0' } });

describe('the project of a user', () => {
  it('has the handlers of the seed example as they are, in TypeScript and in modules', () => {
    expect(project('typescript')['handlers.ts']).toBe(read('handlers.ts'));
    expect(project('modules')['handlers.js']?.replaceAll(/\s+/g, '')).toBe(read('handlers.ts').replaceAll(/\s+/g, ''));
  });

  it('has neither modules nor types in CommonJS', () => {
    const files = project('commonjs');
    const code = Object.entries(files).filter(([name]) => name.endsWith('.js'));
    expect(code.map(([name]) => name)).toEqual(['handlers.js', 'kopf.config.js', 'typed-handlers.js', 'witness.js']);
    for (const [, text] of code) expect(text).not.toMatch(/^(import|export|interface)\b/m);
    expect(files['kopf.config.js']).toContain("const { witness } = require('./witness.js');");
    expect(files['witness.js']).toMatch(/module\.exports = \{ witness \};\n$/);
    expect(JSON.parse(files['package.json'] ?? '')).not.toHaveProperty('type');
  });

  it('always has the plugin of its own, or there is an error', () => {
    expect(project('modules')['kopf.config.js']).toContain('annotations(), witness()]');
    const changed = (name: string) => read(name).replace('annotations()]', 'annotations(), more()]');
    expect(() => projectFiles('modules', { read: changed, typings: {} })).toThrow("does not have 'annotations()]' once");
  });

  it('is not turned into CommonJS by halves', () => {
    expect(() => asCommonJs("export * from './other.js';\n")).toThrow("export * from './other.js';");
  });
});

const core = '/home/user/node_modules/@kopfts/core';

describe('a second copy of core', () => {
  it('is found among what is installed', () => {
    expect(installedComplaints(`/home/user\n${core}\n`)).toEqual([]);
    const nested = '/home/user/node_modules/@kopfts/kubernetes/node_modules/@kopfts/core';
    expect(installedComplaints(`${core}\n${nested}\n`)).toEqual([`core is installed 2 times: ${core}, ${nested}`]);
    expect(installedComplaints('/home/user\n')).toEqual(['core is not installed']);
  });

  it('is found among what is loaded, also when it is the same file, imported and compiled', () => {
    const [imported, compiled] = [`file://${core}/dist/index.js`, `${core}/dist/index.js`];
    expect(loadedComplaints([imported])).toEqual([]);
    expect(loadedComplaints([imported, compiled])).toEqual([`core is loaded 2 times: ${imported}, ${compiled}`]);
    expect(loadedComplaints([])).toEqual(['core was not loaded']);
  });
});

describe('what an operator says', () => {
  const said = (core: readonly string[], more = '') => `Hello\nwitness: ${JSON.stringify({ pid: 1, node: '22.1.0', core })}\n${more}`;

  it('is fine when it runs where it should, with one core, without warnings', () => {
    expect(outputComplaints(said(['a']), '22.1.0')).toEqual([]);
  });

  it('is refused on another Node, with two cores, with a warning or an error', () => {
    const more = '(node:1) [DEP0205] DeprecationWarning: old\nerror KOPF_X: no.\n';
    expect(outputComplaints(said(['a', 'b'], more), '20.19.0')).toEqual([
      'it ran on Node 22.1.0, not on 20.19.0',
      'core is loaded 2 times: a, b',
      'kopf run says: (node:1) [DEP0205] DeprecationWarning: old',
      'kopf run says: error KOPF_X: no.',
    ]);
  });
});

describe('a failure of npm', () => {
  it.each(['EAI_AGAIN', 'ECONNREFUSED', 'ENOTCACHED', 'ETIMEDOUT'])('with %s is that of the network', (code) => {
    expect(isUnreachable({ stderr: `npm error code ${code}\n` })).toBe(true);
  });

  it('of another kind is a failure, told in its own words', () => {
    const stderr = 'npm warn x\nnpm error code ERESOLVE\nnpm error two copies\nnpm error A complete log of this run is in x\n';
    expect(isUnreachable({ stderr })).toBe(false);
    expect(npmFailure({ stderr })).toBe('code ERESOLVE | two copies');
  });
});

describe('lanes', () => {
  it('run as many at once as there are, in order, and go on after a failure', async () => {
    const lanes = createLanes(2, { now: () => 0 });
    const running = new Set<string>();
    const most: string[] = [];
    const work = (name: string) =>
      lanes.run(name, async () => {
        running.add(name);
        most.push([...running].join('+'));
        await Promise.resolve();
        running.delete(name);
        if (name === 'b') throw new Error('b fails');
        return name;
      });
    const results = await Promise.allSettled(['a', 'b', 'c', 'd'].map(work));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(Math.max(...most.map((names) => names.split('+').length))).toBe(2);
    expect(lanes.times().map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('are waited for to the end before the first failure is thrown', async () => {
    let last = 'runs';
    const slow = Promise.resolve()
      .then(() => undefined)
      .then(() => (last = 'ended'));
    await expect(allEnded([Promise.reject(new Error('first')), slow])).rejects.toThrow('first');
    expect(last).toBe('ended');
    expect(await allEnded([Promise.resolve(1), Promise.resolve(2)])).toEqual([1, 2]);
  });

  it('add up what has one name', () => {
    const times = [
      { name: 'run', seconds: 1 },
      { name: 'pack', seconds: 0.5 },
      { name: 'run', seconds: 2.25 },
    ];
    expect(timesLine(times)).toBe('run 3.3 s, pack 0.5 s');
  });
});
