// What needs a control plane of its own: it is stopped, restarted, made to forget, and taken back to a backup.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { startControlPlane, type ControlPlane } from '../../../tools/kube-apiserver/control-plane.mjs';
import type {} from '../../../tools/kube-apiserver/global-setup.js';
import { eventually, liveKind, openLiveCluster, pass, type LiveCluster, type Shelf } from './support/live-cluster.js';
import { podOf, type PodFiles } from './support/pod-files.js';

const NAMESPACE = 'default';
const KIND = liveKind({ group: 'history.kopf.dev', kind: 'Remembered' });

describe('on a real kube-apiserver of its own', () => {
  let plane: ControlPlane;
  let ca: string;
  let cluster: LiveCluster;
  let shelf: Shelf;

  beforeAll(async () => {
    plane = await startControlPlane({ assetsDir: inject('controlPlane').assetsDir });
    ca = plane.ca;
  });
  afterAll(() => plane.stop());
  beforeEach(async () => {
    const { url, token } = plane;
    cluster = openLiveCluster(
      {
        url,
        token,
        get ca() {
          return ca;
        },
      },
      { leastRights: true },
    );
    await cluster.define(KIND);
    shelf = cluster.shelf(KIND, NAMESPACE);
  });
  afterEach(() => cluster.close());

  it('[B5, B18] a quiet kind without bookmarks, whose version is compacted away, is listed again, and only what changed is handled', async () => {
    const seen: string[] = [];
    let held: Promise<void> | undefined;
    for (const name of ['kept', 'changed', 'lost', 'renewed']) await shelf.create(name, { size: 1 });
    const operator = await cluster.operator({
      name: 'b5',
      namespaces: [NAMESPACE],
      declare: (kopf) => {
        const tell = ({ name, reason, spec }: { readonly name: string; readonly reason: string; readonly spec: { size: number } }): void =>
          void seen.push(`${reason} ${name} ${String(spec.size)}`);
        kopf.on.create(KIND.type, { id: 'made' }, tell);
        kopf.on.update(KIND.type, { id: 'changed' }, tell);
        kopf.on.event(KIND.type, { id: 'seen' }, ({ type, name }) => {
          if (type === 'DELETED') seen.push(`deleted ${name}`);
        });
      },
      before: () => held,
      // As if none had come for hours.
      through: (transport) => ({
        ...transport,
        open: (request, signal) => transport.open({ ...request, path: request.path.replace(/&?allowWatchBookmarks=true/, '') }, signal),
      }),
      kubernetes: { initialList: 'pages' },
    });
    await eventually(() => expect(seen).toHaveLength(4));
    await eventually(async () => {
      const stored = (await shelf.list()).map(({ metadata }) => metadata.annotations?.['b5.kopf.zalando.org/last-handled-configuration']);
      expect(stored.every((text) => text !== undefined)).toBe(true);
    });
    await pass(500); // its own writes have come back
    seen.length = 0;
    let release = (): void => undefined;
    held = new Promise((resolve) => (release = resolve));
    operator.breakWatches();
    await shelf.patch('changed', { spec: { size: 2 } });
    for (const name of ['lost', 'renewed']) await shelf.remove(name);
    await shelf.create('renewed', { size: 3 });
    await plane.compact();
    await plane.restart(); // its watch cache remembers what etcd forgot
    held = undefined;
    release();
    await eventually(() => expect([...seen].sort()).toEqual(['create renewed 3', 'deleted lost', 'deleted renewed', 'update changed 2']));
    expect(operator.asked.filter(({ expired, status }) => expired === true || status === 410).length).toBeGreaterThanOrEqual(1);
    await pass(1000);
    expect(seen).toHaveLength(4);
    await operator.stop();
  });

  it('[B8] a list whose next page is no more is begun anew, and misses nothing', async () => {
    const seen: string[] = [];
    let forgotten = false;
    for (const name of ['a', 'b', 'c', 'd', 'e']) await shelf.create(name, {});
    const operator = await cluster.operator({
      name: 'b8',
      namespaces: [NAMESPACE],
      declare: (kopf) => void kopf.on.create(KIND.type, { id: 'made' }, ({ name }) => void seen.push(name)),
      kubernetes: { initialList: 'pages', pageSize: 2 },
      before: async ({ path }) => {
        if (forgotten || !path.includes(`${KIND.plural}?`) || !path.includes('continue=')) return;
        forgotten = true;
        await shelf.remove('e');
        await shelf.create('0', {}); // among those of the first page
        await plane.compact();
        await plane.restart();
      },
    });
    await eventually(() => expect([...seen].sort()).toEqual(['0', 'a', 'b', 'c', 'd']));
    expect(operator.asked.filter(({ path, status }) => path.endsWith(KIND.plural) && status === 410)).toHaveLength(1);
    await pass(1000);
    expect(seen).toHaveLength(5);
    await operator.stop();
  });

  it('[B26] a list from a restored backup makes everything be detected anew, with one warning, and nothing is discarded for ever', async () => {
    const seen: string[] = [];
    let forgets = false;
    let held: Promise<void> | undefined;
    const started = await cluster.operator({
      name: 'b26',
      namespaces: [NAMESPACE],
      before: () => held,
      // A version of the future is no error to the server, it just stays silent: so it is asked for one that it has forgotten.
      through: (transport) => ({
        ...transport,
        open: (request, signal) =>
          transport.open({ ...request, path: forgets ? request.path.replace(/([?&]resourceVersion=)\d+/, '$11') : request.path }, signal),
      }),
      declare: (kopf) => {
        kopf.on.create(KIND.type, { id: 'made' }, ({ name, spec }) => void seen.push(`create ${name} ${String(spec.size)}`));
        kopf.on.update(KIND.type, { id: 'changed' }, ({ name, spec }) => void seen.push(`update ${name} ${String(spec.size)}`));
      },
    });
    const settled = (name: string, size: number) =>
      eventually(async () => {
        const stored = (await shelf.get(name))?.metadata.annotations?.['b26.kopf.zalando.org/last-handled-configuration'];
        expect(stored?.trim()).toBe(`{"spec":{"size":${String(size)}}}`);
      });
    const uid = (await shelf.create('a', { size: 1 })).metadata.uid;
    await settled('a', 1);
    // Nothing is asked while the server is down: so nobody has to wait for a back-off.
    const whileDown = async (change: () => Promise<void>): Promise<void> => {
      held = change();
      await held;
      held = undefined;
    };
    await whileDown(() => plane.backUp());
    await eventually(() => shelf.create('later', { size: 1 }));
    await settled('later', 1);
    // More versions than the restored server makes by itself until it is asked.
    for (let size = 2; size <= 80; size += 1) await shelf.patch('a', { spec: { size } });
    await settled('a', 80);
    const newest = (await shelf.get('a'))?.metadata.resourceVersion ?? '';
    seen.length = 0;
    forgets = true;
    await whileDown(() => plane.restore());
    await eventually(() => expect(started.factsOf('epoch-opened')).toHaveLength(1));
    forgets = false;
    const changed = await eventually(() => shelf.patch('a', { spec: { size: 100 } }));
    expect([changed.metadata.uid, Number(changed.metadata.resourceVersion) < Number(newest)]).toEqual([uid, true]);
    await settled('a', 100);
    await shelf.create('after', { size: 1 });
    await settled('after', 1);
    expect(seen.filter((line) => line.endsWith('a 100') || line.includes('after'))).toEqual(['update a 100', 'create after 1']);
    expect(started.factsOf('epoch-opened')).toHaveLength(1);
    await started.stop();
  });

  it('[I3] another authority on disk is trusted by new connections without a restart, and before that nothing else is', async () => {
    const seen: string[] = [];
    const server = new URL(plane.url);
    const files: PodFiles = {
      token: { text: plane.token, ms: 1 },
      'ca.crt': { text: ca, ms: 1 },
      namespace: { text: NAMESPACE, ms: 1 },
    };
    const operator = await cluster.operator({
      name: 'i3',
      namespaces: [NAMESPACE],
      declare: (kopf) => void kopf.on.create(KIND.type, { id: 'made' }, ({ name }) => void seen.push(name)),
      kubernetes: { environment: podOf(server, files) },
    });
    await shelf.create('before', {});
    await eventually(() => expect(seen).toEqual(['before']));
    ca = await plane.rotateCertificate();
    await eventually(() => shelf.create('after', {}));
    await eventually(() => expect(operator.factsOf('watch-health').map(({ state }) => state)).toContain('retrying'));
    expect(seen).toEqual(['before']);
    files['ca.crt'] = { text: ca, ms: 2 };
    await eventually(() => expect(seen).toEqual(['before', 'after']));
    await operator.stop();
  });
});
