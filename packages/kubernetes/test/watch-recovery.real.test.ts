import { Buffer } from 'node:buffer';
import { systemClock, systemRandom, type CollectionRef, type JsonObject, type WatchSignal } from '@kopfts/core';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { startControlPlane, type ControlPlane } from '../../../tools/kube-apiserver/control-plane.mjs';
import type {} from '../../../tools/kube-apiserver/global-setup.js';
import { PATIENCE_MS } from '../../../tools/kube-apiserver/patience.js';
import { createHttpsTransport, type Transport } from '../src/index.js';
import { createListForms } from '../src/watch/list-forms.js';
import { reflect } from '../src/watch/reflect.js';
import { CONFIG_MAPS } from './support/sample-objects.js';

interface Place {
  readonly url: string;
  readonly ca: string;
  readonly token: string;
}

const MAPS_OF_TEST: CollectionRef = { resource: CONFIG_MAPS, namespace: 'watch-recovery' };
const MAPS = '/api/v1/namespaces/watch-recovery/configmaps';
const never = new AbortController().signal;
let cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
  cleanups = [];
});

function transportTo({ url, ca, token }: Place): Transport {
  const credentials = { server: new URL(url), headers: { authorization: `Bearer ${token}` }, tls: { ca }, source: 'the test' };
  const transport = createHttpsTransport({
    clock: systemClock,
    userAgent: 'kopfts (watch recovery)',
    credentials: { get: () => Promise.resolve(credentials), reject: () => undefined },
  });
  cleanups.push(() => transport.close());
  return transport;
}

/** Somebody else at the cluster. */
function createDriver(place: Place) {
  const transport = transportTo(place);
  const call = async (method: 'POST' | 'DELETE', path: string, body?: JsonObject): Promise<void> => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body), contentType: 'application/json' };
    const reply = await transport.send({ lane: 'write', method, path, timeoutMs: 30_000, ...sent }, never);
    if (reply.status >= 400 && reply.status !== 409)
      throw new Error(`${method} ${path}: ${String(reply.status)} ${Buffer.from(reply.body).toString('utf8')}`);
  };
  return {
    open: () => call('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'watch-recovery' } }),
    create: (name: string) => call('POST', MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } }),
    remove: (name: string) => call('DELETE', `${MAPS}/${name}`),
  };
}

/** A watch whose requests are recorded, and whose streams can be broken and held back. */
function watch(place: Place) {
  const inner = transportTo(place);
  const asked: URLSearchParams[] = [];
  const signals: WatchSignal[] = [];
  const ended = new AbortController();
  let reported = 0;
  let held: Promise<void> = Promise.resolve();
  let breakStream: (() => void) | undefined;
  const note = (path: string) => asked.push(new URL(path, 'http://x').searchParams);
  const transport: Transport = {
    ...inner,
    async send(request, signal) {
      await held;
      note(request.path);
      return inner.send(request, signal);
    },
    async open(request, signal) {
      await held;
      note(request.path);
      const stream = await inner.open(request, signal);
      if (stream.status === 200) breakStream = () => stream.destroy();
      return stream;
    },
  };
  const ports = { transport, clock: systemClock, random: systemRandom, note: () => undefined, listForms: createListForms() };
  const reading = (async () => {
    for await (const said of reflect(MAPS_OF_TEST, ports, ended.signal)) signals.push(said);
  })();
  cleanups.push(async () => {
    ended.abort(new Error('the test is over'));
    await reading;
  });
  const changes = () =>
    signals
      .slice(reported)
      .flatMap((said) =>
        said.kind === 'change' && !said.object.name.startsWith('kube-root-ca')
          ? [`${said.type} ${said.object.name}${said.inferred ? ' (inferred)' : ''}`]
          : [],
      );
  return {
    asked,
    async untilChanges(wanted: readonly string[]): Promise<void> {
      await expect.poll(changes, { timeout: PATIENCE_MS }).toEqual(wanted);
      reported = signals.length;
    },
    synced: () => expect.poll(() => signals.filter(({ kind }) => kind === 'sync-end').length, { timeout: PATIENCE_MS }).toBe(1),
    /** Breaks the stream, as soon as there is one; nothing is asked until it is released. */
    async hold(): Promise<() => void> {
      await expect.poll(() => breakStream, { timeout: PATIENCE_MS }).toBeDefined();
      let release = (): void => undefined;
      held = new Promise((resolve) => (release = resolve));
      breakStream?.();
      return release;
    },
  };
}

describe('a watch of a real kube-apiserver', () => {
  it('[W-18] streams its list, and watches on by the same stream', async () => {
    const place = inject('controlPlane');
    const driver = createDriver(place);
    await driver.open();
    await driver.create('streamed');
    const watched = watch(place);
    await watched.untilChanges(['listed streamed']);
    await watched.synced();
    await driver.remove('streamed');
    await watched.untilChanges(['deleted streamed']);
    expect(watched.asked.map((query) => query.get('sendInitialEvents'))).toEqual(['true']);
  });
});

describe('a watch of a real kube-apiserver that streams no lists', () => {
  let plane: ControlPlane;
  beforeAll(async () => {
    plane = await startControlPlane({ assetsDir: inject('controlPlane').assetsDir, featureGates: { WatchList: false } });
  });
  afterAll(() => plane.stop());

  it('[B19, W-19] asks for pages as soon as it is refused', async () => {
    const driver = createDriver(plane);
    await driver.open();
    await driver.create('paged');
    const watched = watch(plane);
    await watched.untilChanges(['listed paged']);
    await watched.synced();
    await driver.remove('paged');
    await watched.untilChanges(['deleted paged']);
    expect(watched.asked.map((query) => query.get('sendInitialEvents') ?? query.get('limit') ?? query.get('watch'))).toEqual([
      'true',
      '500',
      'true',
    ]);
  });

  it('[B6, B9, B10] lists again when its history is compacted away, says what went, and what took its name', async () => {
    const driver = createDriver(plane);
    await driver.open();
    for (const name of ['kept', 'lost', 'renewed']) await driver.create(name);
    const watched = watch(plane);
    await watched.untilChanges(['listed kept', 'listed lost', 'listed renewed']);
    await watched.synced();
    const release = await watched.hold();
    for (const name of ['lost', 'renewed']) await driver.remove(name);
    for (const name of ['renewed', 'new']) await driver.create(name);
    await plane.compact();
    await plane.restart(); // its watch cache remembers what etcd forgot
    release();
    await watched.untilChanges(['listed new', 'deleted renewed (inferred)', 'listed renewed', 'deleted lost (inferred)']);
  });
});
