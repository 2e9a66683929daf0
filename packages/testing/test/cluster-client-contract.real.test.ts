import { Buffer } from 'node:buffer';
import { systemClock, systemRandom } from '@kopfts/core';
import { clusterClientContract, type ClusterClientSubject } from '@kopfts/core/contracts';
import { createClusterClient, createCredentialSource, createHttpsTransport, type Transport, type WireStream } from '@kopfts/kubernetes';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { define, undefine } from '../../../tools/kube-apiserver/definitions.js';
import type { SharedControlPlane } from '../../../tools/kube-apiserver/global-setup.js';
import { type ClusterDriver, createClusterDriver } from '../src/index.js';
import { contractKind, drivenObjects } from './contract-kind.js';

const GROUP = 'contract.kopf.dev';
const { definition, resource } = contractKind(GROUP);

function connect({ url, ca, token }: SharedControlPlane): Transport {
  const credentials = { server: new URL(url), headers: { authorization: `Bearer ${token}` }, tls: { ca }, source: 'the test' };
  return createHttpsTransport({
    clock: systemClock,
    credentials: createCredentialSource(async () => credentials, systemClock),
    userAgent: 'contract',
  });
}

/** Somebody else at the cluster, over a connection of their own. */
function driverOver(transport: Transport): ClusterDriver {
  const handle: Parameters<typeof createClusterDriver>[0]['handle'] = async ({ method, path, headers = {}, body }) => {
    const reply = await transport.send(
      {
        lane: 'write',
        method: method as 'GET',
        path,
        accept: headers.accept,
        contentType: headers['content-type'],
        body: body === undefined ? undefined : Buffer.from(body).toString(),
        timeoutMs: 30_000,
      },
      new AbortController().signal,
    );
    const chunks = async function* () {
      yield reply.body;
    };
    return { status: reply.status, headers: {}, chunks: chunks() };
  };
  return createClusterDriver({ handle });
}

/** A transport whose watches can be broken off, kept away, and sent to a version that the server has forgotten. */
function breakable(transport: Transport) {
  const streams = new Set<WireStream>();
  let comeBack: (() => void) | undefined;
  let away: Promise<void> | undefined;
  let forgotten = false;
  const open: Transport['open'] = async (request, signal) => {
    await away;
    // Version 1 is older than what any server keeps: it answers as it does after a compaction.
    const path = forgotten ? request.path.replace(/([?&]resourceVersion=)\d+/, '$11') : request.path;
    forgotten = false;
    const stream = await transport.open({ ...request, path }, signal);
    streams.add(stream);
    return stream;
  };
  return {
    transport: { ...transport, open },
    release: () => comeBack?.(),
    forget: () => {
      forgotten = true;
    },
    breakOff: () => {
      away = new Promise((resolve) => {
        comeBack = resolve;
      });
      for (const stream of streams) stream.destroy();
      streams.clear();
    },
  };
}

describe('the client of the kubernetes package, on a real kube-apiserver', () => {
  let transport: Transport;
  let driver: ClusterDriver;
  let cases = 0;

  beforeAll(async () => {
    transport = connect(inject('controlPlane'));
    driver = driverOver(transport);
    await define(inject('controlPlane'), definition);
  });
  afterAll(async () => {
    for (const { apiVersion, kind, metadata } of await driver.list({ apiVersion: `${GROUP}/v1`, kind: 'KopfExample' })) {
      // What a case holds by a finalizer would keep the definition for ever.
      if (metadata.finalizers) await driver.patch({ apiVersion, kind, metadata }, { metadata: { finalizers: null } });
    }
    // While it is there, suites that say 'KopfExample' without a group mean two kinds.
    await undefine(inject('controlPlane'), definition);
    await transport.close();
  });

  const make = async (): Promise<ClusterClientSubject> => {
    const namespace = `contract-${String((cases += 1))}`;
    await driver.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    const wire = breakable(transport);
    const client = createClusterClient({
      transport: wire.transport,
      clock: systemClock,
      random: systemRandom,
      fieldManager: 'contract',
      note: () => undefined,
    });
    return {
      client,
      resource,
      namespace,
      waitFor: (promise) => {
        wire.release();
        return promise; // The time-out of the test is the end of patience.
      },
      cluster: { ...drivenObjects(driver, { group: GROUP, namespace }), breakWatches: wire.breakOff, forgetHistory: wire.forget },
    };
  };

  it.each(clusterClientContract)('$name', async ({ run }) => expect(await run(make)).toBeUndefined());
});
