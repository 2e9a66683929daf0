import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
const folder = mkdtempSync(join(tmpdir(), 'kopfts-layers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One small workspace with every kind of forbidden import, cruised once with the real rules. */
const files: Record<string, string> = {
  'core/src/index.ts': `export { operator } from './engine/operator.js';`,
  'core/src/errors.ts': `export const errors = 1;`,
  'core/src/model/object.ts': `import type { Engine } from '../engine/operator.js'; export type Thing = Engine;`,
  'core/src/model/fine.ts': `import { errors } from '../errors.js'; export const fine = errors;`,
  'core/src/watch/right.ts': `import type { Cause } from '../cause/left.js'; export type Right = Cause;`,
  'core/src/cause/left.ts': `import { fine } from '../model/fine.js'; export type Cause = typeof fine;`,
  'core/src/handlers/port.ts': `import type { Clock } from '../ports/clock.js'; export type Wants = Clock;`,
  'core/src/ports/clock.ts': `export interface Clock { now: number }`,
  'core/src/patch/one.ts': `import type { Two } from './two.js'; export interface One { two: Two }`,
  'core/src/patch/two.ts': `import type { One } from './one.js'; export interface Two { one: One }`,
  'core/src/config/settings.ts': `import { readFileSync } from 'node:fs'; export const read = readFileSync;`,
  'core/src/config/settings.test.ts': `import { operator } from '../engine/operator.js'; operator();`,
  'core/src/engine/operator.ts': `import type { Clock } from '../ports/clock.js'; export type Engine = Clock; export const operator = () => 1;`,
  'core/src/contracts/index.ts': `export const cases = [];`,
  'kubernetes/src/index.ts': `import { operator } from '@kopfts/core'; import { cases } from '@kopfts/core/contracts'; export const k = [operator, cases];`,
  'kubernetes/src/store.ts': `import { store } from '@kopfts/persistence-annotations'; export const s = store;`,
  'kubernetes/src/inside.ts': `import { fine } from '../../core/src/model/fine.js'; export const f = fine;`,
  'kubernetes/test/lists.test.ts': `import { server } from '@kopfts/apiserver'; server();`,
  'kubernetes/test/harness.test.ts': `import { harness } from '@kopfts/testing'; harness();`,
  'persistence-annotations/src/index.ts': `export const store = 1;`,
  'apiserver/src/index.ts': `export const server = () => 1;`,
  'apiserver/src/knows.ts': `import { operator } from '@kopfts/core'; export const o = operator;`,
  'testing/src/index.ts': `import { server } from '@kopfts/apiserver'; export const harness = server;`,
  'cli/src/index.ts': `import { operator } from '@kopfts/core'; export const c = operator;`,
  'cli/src/eager.ts': `import { server } from '@kopfts/apiserver'; export const e = server;`,
  'cli/src/lazy.ts': `import type { server } from '@kopfts/apiserver'; export const l = (): Promise<{ server: typeof server }> => import('@kopfts/apiserver');`,
};

function cruise(): readonly string[] {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, 'packages', name)), { recursive: true });
    writeFileSync(join(folder, 'packages', name), text);
  }
  for (const name of ['tsconfig.json', 'tsconfig.base.json', '.dependency-cruiser.mjs']) cpSync(join(root, name), join(folder, name));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const args = [cruiser, '--config', '.dependency-cruiser.mjs', '--output-type', 'json', 'packages'];
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26 });
  const { summary } = JSON.parse(stdout) as { summary: { violations: { rule: { name: string }; from: string }[] } };
  return summary.violations.map(({ rule, from }) => `${from.replace('packages/', '')}: ${rule.name}`).sort();
}

describe('the layer rules', () => {
  const found = cruise();
  it.each([
    { what: 'the model importing the engine', is: 'core/src/model/object.ts: core-model' },
    { what: 'a stage importing a stage to its right, by type only', is: 'core/src/watch/right.ts: core-watch' },
    { what: 'a stage importing a port', is: 'core/src/handlers/port.ts: core-handlers' },
    { what: 'a cycle of types', is: 'core/src/patch/one.ts: no-cycle' },
    { what: 'core importing a module of Node', is: 'core/src/config/settings.ts: core-depends-on-nothing' },
    { what: 'an adapter importing another', is: 'kubernetes/src/store.ts: package-kubernetes' },
    { what: 'the inside of another package', is: 'kubernetes/src/inside.ts: no-internals-of-other-packages' },
    { what: 'a package using testing in its tests', is: 'kubernetes/test/harness.test.ts: package-kubernetes-tests' },
    { what: 'the API server importing core', is: 'apiserver/src/knows.ts: package-apiserver' },
    { what: 'the command line importing a part statically', is: 'cli/src/eager.ts: cli-imports-parts-when-needed' },
  ])('refuse $what', ({ is }) => expect(found).toContain(is));

  it('refuse nothing that is allowed', () => {
    const allowed = [
      'errors',
      'fine',
      'left',
      'operator',
      'clock',
      'kubernetes/src/index',
      'lists',
      'testing/src/index',
      'cli/src/index',
      'lazy',
      'settings.test',
    ];
    expect(found.filter((line) => allowed.some((name) => line.includes(`${name}.ts`)))).toEqual([]);
  });
});
