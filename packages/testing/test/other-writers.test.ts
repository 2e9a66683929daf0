import { TemporaryError, type JsonPatchOperation } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { A, createWorld, example, patchesOf, progressOf, storedEssence } from './world.js';

type World = Awaited<ReturnType<typeof createWorld>>;

/** Another manager applies fields as its own, by force. */
async function applyByForce(world: World, spec: object): Promise<void> {
  const body = JSON.stringify({ apiVersion: 'kopf.dev/v1', kind: 'KopfExample', metadata: { name: 'a' }, spec });
  const path = '/apis/kopf.dev/v1/namespaces/default/kopfexamples/a?fieldManager=gitops&force=true';
  const headers = { 'content-type': 'application/apply-patch+yaml', 'user-agent': 'gitops', accept: 'application/json' };
  const { status } = await world.server.handle({ method: 'PATCH', path, headers, body });
  expect(status).toBe(200);
}

describe('fields that somebody else takes over', () => {
  it('[D6] are his: later writes hold what the handler set, and nothing else that was ours once', async () => {
    const diffs: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ patch }) => {
        patch.spec['mine'] = 1;
        patch.spec['shared'] = { of: 'us', size: 1 };
      });
      kopf.on.update('KopfExample', { id: 'changed' }, async ({ diff, spec, patch }) => {
        diffs.push(diff.map(({ op, field }) => `${op} ${field.join('.')}`));
        patch.status['seen'] = diffs.length;
        if (spec['mine'] !== 2) return;
        patch.spec['shared'] = { size: 2 };
        // He is faster than what is written here.
        await applyByForce(world, { mine: 3, shared: { of: 'nobody else' } });
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(10);
    const before = patchesOf(world).length;
    await applyByForce(world, { mine: 2, shared: { of: 'them' } });
    await world.advance('10m');
    const object = await world.get(A);
    expect(object?.['spec']).toEqual({ mine: 3, shared: { of: 'nobody else', size: 2 } });
    expect(diffs.find((diff) => JSON.stringify(diff).includes('change'))).toEqual(
      expect.arrayContaining(['change spec.mine', 'change spec.shared.of']),
    );
    const written = patchesOf(world)
      .slice(before)
      .flatMap(({ body }) => body as readonly JsonPatchOperation[])
      .filter(({ op, path }) => op !== 'test' && path.startsWith('/spec'));
    expect(written).toEqual([{ op: 'add', path: '/spec/shared/size', value: 2 }]);
    expect(object?.['status']).toEqual({ seen: diffs.length });
    expect(diffs.length).toBeLessThanOrEqual(3);
    const managed = object?.metadata['managedFields'] as unknown as readonly { manager: string; fieldsV1: { 'f:spec'?: object } }[];
    expect(Object.keys(managed.find(({ manager }) => manager === 'gitops')?.fieldsV1['f:spec'] ?? {}).toSorted()).toEqual([
      'f:mine',
      'f:shared',
    ]);
    await world.close();
  });
});

describe('sub-handlers that are others each time', () => {
  it('[D11] never hold up their parent, and leave nothing behind, also when each process has its own', async () => {
    let life = 0;
    const calls: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'parent' }, async ({ execute }) => {
        const own = [`of-${String(life)}`, `of-${String(life + 1)}`];
        await execute(
          Object.fromEntries(
            own.map((id) => [
              id,
              () => {
                calls.push(id);
                if (life < 3) throw new TemporaryError('not in this life', { delay: 5 });
              },
            ]),
          ),
        );
      });
    });
    for (; life < 4; life += 1) {
      await world.start();
      if (life === 0) await world.create(example());
      await world.advance(12);
      if (life < 3) {
        expect(Object.keys(progressOf(await world.get(A)))).toContain(`parent.of-${String(life)}`);
        world.kill();
      }
    }
    await world.advance('10m');
    expect(calls.slice(-2)).toEqual(['of-3', 'of-4']);
    expect(progressOf(await world.get(A))).toEqual({});
    expect(storedEssence(await world.get(A))).toEqual({ spec: {} });
    const { length } = world.writes();
    await world.advance('1h');
    expect(world.writes()).toHaveLength(length);
    await world.close();
  });
});

describe('somebody who writes without an end', () => {
  it('[SEC17] takes no more than his share: others are handled, and what waits is bounded', async () => {
    const seen: string[] = [];
    const world = await createWorld(
      (kopf) => {
        kopf.on.event('KopfExample', { id: 'ev' }, () => world.clock.sleep(50, new AbortController().signal));
        kopf.on.create('KopfExample', { id: 'made' }, async ({ namespace, name }) => {
          await world.clock.sleep(1000, new AbortController().signal);
          seen.push(`${namespace ?? ''}/${name}`);
        });
        kopf.on.update('KopfExample', { id: 'changed' }, () => world.clock.sleep(1000, new AbortController().signal));
      },
      {
        objects: ['crowded', 'quiet'].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
        settings: { queueing: { workerLimit: 2 } },
      },
    );
    await world.start();
    for (let i = 0; i < 40; i += 1) await world.create(example(`o${String(i)}`, { metadata: { namespace: 'crowded' } }));
    const hot = { ...A, metadata: { name: 'o0', namespace: 'crowded' } };
    for (let i = 0; i < 200; i += 1) await world.patch(hot, { spec: { x: i } });
    await world.settle();
    await world.create(example('alone', { metadata: { namespace: 'quiet' } }));
    await world.advance(0.01);
    world.noteHolding();
    await world.advance(6);
    expect(seen).toContain('quiet/alone');
    // One object never has more than 128 events waiting, however fast it is written.
    const held = world.history.flatMap((entry) => (entry.kind === 'holding' ? [entry.longestQueue] : []));
    expect(Math.max(...held)).toBeGreaterThan(10);
    expect(Math.max(...held)).toBeLessThanOrEqual(128);
    await world.advance('10m');
    expect(seen).toHaveLength(41);
    await world.close();
  });
});
