// Objects as a real Kopf 1.45.2 left them (`tools/kopf-fixtures` recorded every version), taken over by an operator without a name.
import { readFileSync } from 'node:fs';
import { createRegistry, defineConfig, parseInstant, PRESENT, TemporaryError, type ObjectBody, type Plugin } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations, status } from '@kopfts/persistence-annotations';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHarness, customResourceDefinition, type Harness } from '../src/index.js';
import { KIND } from './world.js';

interface Version {
  readonly type: string;
  readonly object: ObjectBody & { readonly spec: { readonly size: number } };
}

const STORAGES: Readonly<Record<string, () => Plugin>> = {
  annotations: () => annotations(),
  prefix: () => annotations({ prefix: 'my-operator.example.com' }),
  status: () => status(),
};

const FIELD_HANDLER = 'a_field_handler_whose_id_is_too_long_for_one_of_the_keys';

function versionsIn(storage: string): readonly Version[] {
  const text = readFileSync(new URL(`support/kopf-1.45.2/${storage}.jsonl`, import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Version);
}

/** The handlers of `recorded_operator.py` that concern these objects. */
function declare(calls: string[], { fields }: { readonly fields: boolean }) {
  const kopf = createRegistry();
  kopf.on.create('KopfExample', { id: 'create_fn' }, () => {
    calls.push('create_fn');
    return { made: true };
  });
  kopf.on.create('KopfExample', { id: 'waiting_fn', labels: { retry: PRESENT } }, ({ retry }) => {
    calls.push(`waiting_fn ${String(retry)}`);
    if (retry === 0) throw new TemporaryError('not yet: "ключ"', { delay: 3 });
    return retry;
  });
  kopf.on.update('KopfExample', { id: 'update_fn' }, () => {
    calls.push('update_fn');
    return { updated: true };
  });
  kopf.on.update('KopfExample', { id: FIELD_HANDLER, field: 'spec.size' }, ({ old, new: fresh, retry }) => {
    calls.push(`field_fn ${String(retry)}`);
    if (retry === 0) throw new TemporaryError('not yet', { delay: 3 });
    return [old, fresh] as never;
  });
  kopf.on.delete('KopfExample', { id: 'delete_fn', labels: { keep: PRESENT } }, ({ retry }) => {
    calls.push(`delete_fn ${String(retry)}`);
    if (retry === 0) throw new TemporaryError('not yet', { delay: 3 });
  });
  if (fields) kopf.on.event('KopfExample', { id: 'watched_fn', field: 'status.watched' }, () => undefined);
  return kopf;
}

interface TakeOver {
  readonly world: Harness;
  readonly calls: readonly string[];
  readonly name: string;
}

/** A cluster with this one object, in the second after Kopf left it. */
async function takeOver(storage: string, { object }: Version, { fields = true, seconds = 60 } = {}): Promise<TakeOver> {
  const calls: string[] = [];
  const { name, labels, annotations: notes, finalizers, deletionTimestamp } = object.metadata;
  const delayed = /delayed\\?":\\?"([^\\"]+)/.exec(JSON.stringify(object))?.[1];
  const world = await createHarness({
    now: (parseInstant(delayed ?? '2026-11-27T23:30:00Z') ?? 0) - 1000,
    crds: [customResourceDefinition(KIND)],
    config: ({ transport }) =>
      defineConfig({
        handlers: [declare(calls, { fields })],
        plugins: [kubernetes({ transport }), STORAGES[storage]?.() ?? annotations()],
      }),
  });
  onTestFinished(() => world.close());
  const metadata = { name, namespace: 'default', labels, annotations: notes, finalizers } as { readonly name: string };
  await world.create({ apiVersion: 'kopf.dev/v1', kind: 'KopfExample', metadata, spec: object.spec });
  if (object['status'] !== undefined) await world.mergeStatus(identityOf(name), object['status'] as ObjectBody);
  if (deletionTimestamp !== undefined) await world.delete(identityOf(name));
  await world.start();
  await world.advance(seconds);
  return { world, calls, name };
}

const identityOf = (name: string) => ({ apiVersion: 'kopf.dev/v1', kind: 'KopfExample', metadata: { name, namespace: 'default' } });

/** What operators have left on an object; somebody else wrote `watched`. */
function tracesOn(object: ObjectBody | undefined): object {
  const { annotations: notes = {}, finalizers = [] } = object?.metadata ?? {};
  return { annotations: notes, finalizers, status: { ...(object?.['status'] as object), watched: undefined } };
}

/** Times differ from run to run; their form does not. */
function withoutTimes(traces: object): unknown {
  return JSON.parse(JSON.stringify(traces).replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00/g, 'T'));
}

interface Row {
  readonly state: string;
  readonly of: string;
  readonly is: (version: Version, text: string) => boolean;
  readonly calls: readonly string[];
  /** Kopf's own last version of this change. */
  readonly until?: (version: Version) => boolean;
}

const isLiving = ({ object }: Version) => object.metadata.deletionTimestamp === undefined;
const hasRecord = (text: string, handler: string) => new RegExp(`${handler}[^}]*delayed`).test(text) && !/dummy/.test(text);
const ROWS: readonly Row[] = [
  { state: 'untouched', of: 'plain', is: ({ type }) => type === 'ADDED', calls: ['create_fn'] },
  {
    state: 'with nothing but the finalizer',
    of: 'plain',
    is: ({ object }, text) => object.metadata.finalizers !== undefined && !text.includes('last-handled'),
    calls: ['create_fn'],
  },
  {
    state: 'in the middle of its creation, with a sleeping handler',
    of: 'retried',
    is: (version, text) => isLiving(version) && hasRecord(text, 'waiting_fn'),
    calls: ['waiting_fn 1'],
  },
  {
    state: 'handled',
    of: 'plain',
    is: ({ object }, text) => object.spec.size === 1 && text.includes('last-handled') && text.includes('made'),
    calls: [],
  },
  {
    state: 'in the middle of an update, with a sleeping handler',
    of: 'plain',
    is: (version, text) =>
      isLiving(version) && version.object.spec.size === 2 && hasRecord(text, FIELD_HANDLER) && text.includes('watched'),
    calls: ['field_fn 1'],
    until: isLiving,
  },
  {
    state: 'being deleted, with a sleeping handler',
    of: 'plain',
    is: (version, text) => !isLiving(version) && hasRecord(text, 'delete_fn'),
    calls: ['delete_fn 1'],
  },
];

describe.each(Object.keys(STORAGES))('objects of Kopf with its memory in its %s', (storage) => {
  const versions = versionsIn(storage);
  const last = (of: string, is: (version: Version, text: string) => boolean): Version => {
    const found = versions.filter((version) => version.object.metadata.name === of && is(version, JSON.stringify(version.object))).at(-1);
    if (found === undefined) throw new Error(`no such version of ${of} in ${storage}`);
    return found;
  };

  it.each(ROWS)('[MIG-14, MIG-02] that are $state go on: no handler that succeeded runs again', async ({ of, is, calls }) => {
    const { world, calls: made } = await takeOver(storage, last(of, is));
    expect(made).toEqual(calls);
    expect(world.factsOf('object-failed')).toEqual([]);
    if (calls.length === 0) expect(world.writes()).toEqual([]);
  });

  it.each(ROWS)('[MIG-01, MIG-11] that are $state become what Kopf itself made of them', async ({ of, is, until, state }) => {
    const version = last(of, is);
    const { world, name } = await takeOver(storage, version);
    const after = await world.get(identityOf(name));
    if (state.startsWith('being deleted')) return expect(after).toBeUndefined();
    const { size } = version.object.spec;
    const isLastOfKopf = until ?? ((one) => isLiving(one) && one.object.spec.size === size && one.object.metadata.finalizers !== undefined);
    expect(tracesOn(after)).toEqual(tracesOn(last(of, isLastOfKopf).object));
  });

  it.each([
    {
      state: 'in the middle of its creation',
      of: 'retried',
      from: ({ type }: Version) => type === 'ADDED',
      act: () => Promise.resolve(),
      is: (version: Version, text: string) => isLiving(version) && hasRecord(text, 'waiting_fn') && text.includes('made'),
    },
    {
      state: 'in the middle of an update',
      of: 'plain',
      from: (version: Version, text: string) => isLiving(version) && version.object.spec.size === 1 && text.includes('made'),
      act: (world: Harness) => world.patch(identityOf('plain'), { spec: { size: 2 } }),
      is: (version: Version, text: string) => isLiving(version) && hasRecord(text, FIELD_HANDLER) && text.includes('updated'),
    },
    {
      state: 'being deleted',
      of: 'plain',
      from: (version: Version) => isLiving(version),
      act: (world: Harness) => world.delete(identityOf('plain')),
      is: (version: Version, text: string) => !isLiving(version) && hasRecord(text, 'delete_fn'),
    },
  ])('[MIG-08, MIG-09] find on an object $state what they would have left themselves, if they come back', async ({ of, from, act, is }) => {
    const { world, name } = await takeOver(storage, last(of, from), { seconds: 1 });
    await act(world);
    await world.advance(1);
    expect(withoutTimes(tracesOn(await world.get(identityOf(name))))).toEqual(withoutTimes(tracesOn(last(of, is).object)));
  });

  it('[MIG-03, C-08] are handled as updated, all of them, if the fields that handlers ask for are others', async () => {
    const handled = last('plain', (version, text) => isLiving(version) && text.includes('watched') && !text.includes('delayed'));
    const { calls } = await takeOver(storage, handled, { fields: false });
    expect(calls).toContain('update_fn');
    expect((await takeOver(storage, handled)).calls).toEqual([]);
  });
});
