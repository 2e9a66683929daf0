import { Buffer } from 'node:buffer';
import { systemClock, systemRandom, type JsonObject, type KubernetesEvent } from '@kopfts/core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type {} from '../../../tools/kube-apiserver/global-setup.js';
import { createEventRecorder, type EventRecorder } from '../src/events/event-recorder.js';
import { createCredentialSource, createHttpsTransport, type Transport } from '../src/index.js';

const { url, ca, token } = inject('controlPlane');
const { signal } = new AbortController();
let transport: Transport;
let recorder: EventRecorder;

beforeAll(() => {
  const credentials = { server: new URL(url), headers: { authorization: `Bearer ${token}` }, tls: { ca }, source: 'the test' };
  transport = createHttpsTransport({
    clock: systemClock,
    credentials: createCredentialSource(async () => credentials, systemClock),
    userAgent: 'events',
  });
  recorder = createEventRecorder({ transport, clock: systemClock, random: systemRandom });
});
afterAll(() => transport.close());

const event = (message: string, namespace: string | undefined): KubernetesEvent => ({
  about: { apiVersion: 'kopf.dev/v1', kind: 'KopfExample', name: 'recorded', namespace, uid: `uid-${String(namespace)}` },
  type: 'Normal',
  reason: 'Reason',
  message,
  reporter: { component: 'op', instance: 'dev', namePrefix: 'recorder-test-' },
  retryDelaysMs: [],
});

async function recorded(uid: string): Promise<readonly JsonObject[]> {
  const path = `/api/v1/namespaces/default/events?fieldSelector=involvedObject.uid%3D${uid}`;
  const { body } = await transport.send({ lane: 'read', method: 'GET', path, timeoutMs: 30_000 }, signal);
  return (JSON.parse(Buffer.from(body).toString('utf8')) as { items: readonly JsonObject[] }).items;
}

describe('Kubernetes Events on a real kube-apiserver', () => {
  it('[EV-09, EV-11] are accepted, also those with a long message, and counted', async () => {
    expect(await recorder.record(event('once', 'default'), signal)).toEqual({ kind: 'recorded' });
    expect(await recorder.record(event('x'.repeat(2000), 'default'), signal)).toEqual({ kind: 'recorded' });
    expect(await recorder.record(event('once', 'default'), signal)).toEqual({ kind: 'counted', count: 2 });
    const found = await recorded('uid-default');
    expect(found.map(({ message, count }) => [(message as string).length, count]).toSorted()).toEqual([
      [1024, 1],
      [4, 2],
    ]);
  });

  it.each(['ä', '😀'])('[L-9] are accepted with long messages and reasons of more bytes than characters: "%s"', async (unit) => {
    const said = { ...event(unit.repeat(2000), 'default'), reason: unit.repeat(200) };
    const about = { ...said.about, uid: `uid-long-${unit}` };
    expect(await recorder.record({ ...said, about }, signal)).toEqual({ kind: 'recorded' });
  });

  it('[EV-10] about cluster-scoped objects are accepted in the namespace `default`', async () => {
    expect(await recorder.record(event('cluster', undefined), signal)).toEqual({ kind: 'recorded' });
    expect(await recorded('uid-undefined')).toMatchObject([{ metadata: { namespace: 'default' }, message: 'cluster' }]);
  });
});
