import { createApiServer } from '@kopfts/apiserver';
import { type ClusterClient, type JsonObject, type ObjectWrite, type WatchSignal } from '@kopfts/core';
import { clusterClientContract, type ClusterClientSubject } from '@kopfts/core/contracts';
import { createClusterClient } from '@kopfts/kubernetes';
import { describe, expect, it } from 'vitest';
import {
  createCallRecorder,
  createClusterDriver,
  createFaultPlan,
  createInProcessTransport,
  createInstanceClock,
  createLife,
  createScheduler,
} from '../src/index.js';
import { contractKind, drivenObjects } from './contract-kind.js';

/** The client of the kubernetes package on the in-memory server, under one interleaving. */
async function makeSubject(seed: number): Promise<ClusterClientSubject> {
  const scheduler = createScheduler({ seed });
  const { clock } = scheduler;
  const server = createApiServer({ seed, clock: { now: () => clock.now(), setTimer: (ms, fire) => scheduler.setTimer(ms, fire) } });
  const driver = createClusterDriver(server);
  await driver.create(contractKind('kopf.dev').definition);
  const life = createLife();
  const transport = createInProcessTransport({
    server,
    scheduler,
    life,
    instance: 'client',
    calls: createCallRecorder(),
    faults: createFaultPlan(),
  });
  const client = createClusterClient({
    transport,
    clock: createInstanceClock(scheduler, life),
    random: scheduler.random('client'),
    fieldManager: 'contract',
    note: () => undefined,
  });
  return {
    client,
    resource: contractKind('kopf.dev').resource,
    namespace: 'default',
    waitFor: (promise) => scheduler.drive(promise, 'what the case waits for', 300_000),
    cluster: {
      ...drivenObjects(driver, { group: 'kopf.dev', namespace: 'default' }),
      breakWatches: () => transport.breakStreams(),
      forgetHistory: () => server.compact(),
    },
  };
}

describe.each([1, 2, 3])('the client of the kubernetes package, in memory (seed %i)', (seed) => {
  it.each(clusterClientContract)('$name', async ({ run }) => expect(await run(() => makeSubject(seed))).toBeUndefined());
});

/** The names of the cases that a client breaks. */
async function brokenBy(change: (client: ClusterClient) => ClusterClient): Promise<readonly string[]> {
  const make = async () => {
    const subject = await makeSubject(1);
    return { ...subject, client: change(subject.client) };
  };
  const names: string[] = [];
  for (const { name, run } of clusterClientContract) await run(make).catch(() => names.push(name));
  return names;
}

async function* filtered(signals: AsyncIterable<WatchSignal>, keep: (said: WatchSignal) => boolean): AsyncGenerator<WatchSignal> {
  for await (const said of signals) if (keep(said)) yield said;
}

async function* twice(signals: AsyncIterable<WatchSignal>): AsyncGenerator<WatchSignal> {
  for await (const said of signals) {
    yield said;
    if (said.kind === 'change' && said.type === 'modified') yield said;
  }
}

function unbound(write: ObjectWrite): ObjectWrite {
  if (write.kind === 'json') return { ...write, operations: write.operations.filter(({ path }) => path !== '/metadata/uid') };
  const { uid: _uid, ...metadata } = write.patch.metadata as JsonObject;
  return { ...write, patch: { ...write.patch, metadata } };
}

describe('the contract of the client is broken', () => {
  it('by one that forgets what was deleted while it did not look', async () => {
    const broken = await brokenBy((client) => ({
      ...client,
      watch: (...args) => filtered(client.watch(...args), (said) => said.kind !== 'change' || !said.inferred),
    }));
    expect(broken).toEqual([
      '[B9] infers what was deleted while the history was lost',
      '[B10] says that an object is gone before another one takes its name',
    ]);
  });

  it('by one that says things twice', async () => {
    const broken = await brokenBy((client) => ({ ...client, watch: (...args) => twice(client.watch(...args)) }));
    expect(broken).toContain('goes on after a break, without loss and without repetition');
  });

  it('by one that does not bind its writes to the object', async () => {
    const broken = await brokenBy((client) => ({ ...client, write: (write, signal) => client.write(unbound(write), signal) }));
    expect(broken).toEqual([
      '[D1] never lets a merge patch reach another object of the same name',
      '[D1] never lets a JSON patch reach another object of the same name',
      '[D1] never lets a status reach another object of the same name',
    ]);
  });
});
