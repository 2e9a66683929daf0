import { Buffer } from 'node:buffer';
import { systemClock, systemRandom, type CollectionRef, type JsonObject, type WatchSignal } from '@kopfts/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startControlPlane, type ControlPlane } from '../../../tools/kube-apiserver/control-plane.mjs';
import { PATIENCE_MS } from '../../../tools/kube-apiserver/patience.js';
import { createHttp2Transport } from '../src/http2/http2-transport.js';
import type { Transport, WireReply } from '../src/index.js';
import { reflect } from '../src/watch/reflect.js';
import { CONFIG_MAPS } from './support/sample-objects.js';

// Its own server: each fiftieth request, drawn by lot, is answered with the end of its connection (the most that the flag allows).
let place: ControlPlane;
let transport: Transport;
beforeAll(async () => {
  place = await startControlPlane({ extraArgs: ['--goaway-chance=0.02'] });
  const { url, ca, token } = place;
  const credentials = { server: new URL(url), headers: { authorization: `Bearer ${token}` }, tls: { ca }, source: 'the test' };
  transport = createHttp2Transport({
    clock: systemClock,
    userAgent: 'kopfts (http2)',
    lanes: ['write', 'watch'],
    credentials: { get: () => Promise.resolve(credentials), reject: () => undefined },
  });
});
afterAll(async () => {
  await transport.close();
  await place.stop();
});

const never = new AbortController().signal;
const MAPS = '/api/v1/namespaces/default/configmaps';
const MAPS_OF_TEST: CollectionRef = { resource: CONFIG_MAPS, namespace: 'default' };

function write(method: 'POST' | 'PATCH', path: string, body: JsonObject): Promise<WireReply> {
  const contentType = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  return transport.send({ lane: 'write', method, path, body: JSON.stringify(body), contentType, timeoutMs: 30_000 }, never);
}

describe('a real kube-apiserver that ends connections of HTTP/2 again and again', () => {
  it('[C14] carries out each of a thousand writes once, and its watches miss nothing', async () => {
    await write('POST', MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'busy' } });
    const ended = new AbortController();
    const seen = new Set<string>();
    const broken: WatchSignal[] = [];
    let synced = (): void => undefined;
    const isSynced = new Promise<void>((resolve) => (synced = resolve));
    const ports = { transport, clock: systemClock, random: systemRandom, note: () => undefined };
    const reading = (async () => {
      for await (const said of reflect(MAPS_OF_TEST, ports, ended.signal)) {
        if (said.kind === 'change' && said.object.name === 'busy') seen.add(said.object.resourceVersion);
        if (said.kind === 'sync-end') synced();
        if (said.kind === 'health' && (said.state === 'retrying' || said.state === 'denied')) broken.push(said);
      }
    })();
    await isSynced;
    const versions: string[] = [];
    const patchInTurn = async (worker: number): Promise<void> => {
      for (let i = 0; i < 100; i += 1) {
        const reply = await write('PATCH', `${MAPS}/busy`, { data: { [`w${String(worker)}`]: String(i) } });
        expect(reply.status).toBe(200);
        const body = JSON.parse(Buffer.from(reply.body).toString('utf8')) as { metadata: { resourceVersion: string } };
        versions.push(body.metadata.resourceVersion);
      }
    };
    await Promise.all(Array.from({ length: 10 }, (_, worker) => patchInTurn(worker)));
    await expect.poll(() => versions.filter((version) => !seen.has(version)), { timeout: PATIENCE_MS }).toEqual([]);
    ended.abort(new Error('the test is over'));
    await reading;
    expect([new Set(versions).size, broken]).toEqual([1000, []]);
  });
});
