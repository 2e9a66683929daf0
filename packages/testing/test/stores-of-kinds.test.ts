// Other stores for some kinds, and several stores at once.
import { createRegistry, defineConfig, forKinds, multi, type OperatorConfig, type Plugin, type Registry } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations, status } from '@kopfts/persistence-annotations';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHarness, customResourceDefinition, type Harness } from '../src/index.js';
import { createTable, inTable, type Table } from './third-party/text-stores.js';

const ONE = { apiVersion: 'kopf.dev/v1', kind: 'KopfExample', metadata: { name: 'one', namespace: 'default' } };
const OTHER = { apiVersion: 'kopf.dev/v1', kind: 'OtherExample', metadata: { name: 'other', namespace: 'default' } };

type Plugins = NonNullable<OperatorConfig['plugins']>;

interface Made {
  readonly world: Harness;
  /** For the lives that begin from now on. */
  readonly use: (plugins: () => Plugins) => void;
}

async function makeWorld(declare: (kopf: Registry) => void, first: () => Plugins): Promise<Made> {
  let plugins = first;
  const world = await createHarness({
    seed: 1,
    crds: ['KopfExample', 'OtherExample'].map((kind) => customResourceDefinition({ group: 'kopf.dev', kind })),
    config: ({ transport }) => {
      const kopf = createRegistry();
      declare(kopf);
      return defineConfig({ name: 'test', handlers: [kopf], plugins: [kubernetes({ transport }), ...plugins()] });
    },
  });
  onTestFinished(() => world.close());
  await world.start();
  return { world, use: (other) => void (plugins = other) };
}

const both = (run: (kind: string) => void) => (kopf: Registry) => {
  for (const kind of ['KopfExample', 'OtherExample']) kopf.on.create(kind, { id: 'made' }, () => run(kind));
};

const essencesIn = ({ rows }: Table): number => [...rows.keys()].filter((key) => key.startsWith('essence')).length;

describe('stores of some kinds', () => {
  it('keep what is of their kind, and the own stores of the operator all else', async () => {
    const table = createTable();
    const ran: string[] = [];
    const plugins = (): Plugins => [annotations(), forKinds('KopfExample', inTable(table))];
    const { world } = await makeWorld(
      both((kind) => void ran.push(kind)),
      plugins,
    );
    await world.create({ ...ONE, spec: {} });
    await world.create({ ...OTHER, spec: {} });
    await world.advance('1m');
    expect((await world.get(ONE))?.metadata.annotations).toBeUndefined();
    expect((await world.get(OTHER))?.metadata.annotations).toHaveProperty(['test.kopf.zalando.org/last-handled-configuration']);
    expect(essencesIn(table)).toBe(1);
    await world.restart();
    await world.advance('1m');
    expect(ran.sort()).toEqual(['KopfExample', 'OtherExample']);
  });

  it('are told of where two are chosen for one kind: it is not served, and others are', async () => {
    const ran: string[] = [];
    const twice = (): Plugins => [annotations(), forKinds('KopfExample', status()), forKinds('kopfexamples', inTable(createTable()))];
    const { world } = await makeWorld(
      both((kind) => void ran.push(kind)),
      twice,
    );
    await world.create({ ...ONE, spec: {} });
    await world.create({ ...OTHER, spec: {} });
    await world.advance('1m');
    expect(ran).toEqual(['OtherExample']);
    const refused = world.facts.flatMap((fact) => (fact.kind === 'kind-refused' ? [fact.error.code] : []));
    expect(refused).toEqual(['KOPF_PLUGIN_CONFLICT']);
  });

  it('are told of where they are chosen for a kind that nobody handles', async () => {
    const { world } = await makeWorld(
      both(() => undefined),
      () => [annotations(), forKinds('pods', status())],
    );
    await world.advance('1m');
    const warned = world.facts.filter((fact) => fact.kind === 'logged' && fact.level === 'warn' && fact.fields['selector'] === 'pods');
    expect(warned).toHaveLength(1);
  });

  it.each<readonly [string, () => Plugin, string]>([
    ['no kind', () => forKinds([], annotations()), 'KOPF_INVALID_CONFIG'],
    ['something that is no selector', () => forKinds('a/b/c/d', annotations()), 'KOPF_INVALID_SELECTOR'],
    ['one plugin only', () => multi(annotations()), 'KOPF_INVALID_CONFIG'],
  ])('are refused at the line of the configuration for %s', (_, make, code) => {
    expect(make).toThrow(expect.objectContaining({ code }) as Error);
  });

  it.each<readonly [string, (other: Plugin) => Plugin]>([
    ['forKinds()', (other) => forKinds('KopfExample', other)],
    ['multi()', (other) => multi(annotations(), other)],
  ])('are refused at the start if %s is given what is no store', async (_, wrap) => {
    const starting = makeWorld(
      both(() => undefined),
      () => [annotations(), wrap(kubernetes())],
    );
    await expect(starting).rejects.toMatchObject({ code: 'KOPF_INVALID_CONFIG' });
  });
});

describe('several stores at once', () => {
  it('[ST-26, ST-43, OP-06] are read from the first that has something, and written to all: an operator moves without calling handlers again', async () => {
    const table = createTable();
    const ran: string[] = [];
    const declare = (kopf: Registry): void => {
      kopf.on.create('KopfExample', () => void ran.push('create'));
      kopf.on.update('KopfExample', ({ old, new: fresh }) => void ran.push(`${String(old.spec.size)} to ${String(fresh.spec.size)}`));
    };
    const { world, use } = await makeWorld(declare, () => [annotations()]);
    await world.create({ ...ONE, spec: { size: 1 } });
    await world.advance('1m');
    use(() => [multi(inTable(table), annotations())]);
    await world.restart();
    await world.patch(ONE, { spec: { size: 2 } });
    await world.advance('1m');
    expect(essencesIn(table)).toBe(1);
    use(() => [inTable(table)]);
    await world.restart();
    await world.patch(ONE, { spec: { size: 3 } });
    await world.advance('1m');
    expect(ran).toEqual(['create', '1 to 2', '2 to 3']);
  });

  it('[ST-26] get whole what one of them had of an object that is in progress', async () => {
    const table = createTable();
    const ran: string[] = [];
    const declare = (kopf: Registry): void => {
      kopf.on.create('KopfExample', { id: 'first' }, () => void ran.push('first'));
      kopf.on.create('KopfExample', { id: 'second', backoff: 60 }, ({ retry }) => {
        ran.push(`second ${String(retry)}`);
        if (retry < 3) throw new Error('not yet');
      });
    };
    const { world, use } = await makeWorld(declare, () => [annotations()]);
    await world.create({ ...ONE, spec: {} });
    await world.advance('10s');
    use(() => [multi(inTable(table), annotations())]);
    await world.restart();
    await world.advance('60s');
    use(() => [inTable(table)]);
    await world.restart();
    await world.advance('5m');
    expect(ran).toEqual(['first', 'second 0', 'second 1', 'second 2', 'second 3']);
  });
});
