import type { Random } from '@kopfts/core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startControlPlane, type ControlPlane } from '../../../tools/kube-apiserver/control-plane.mjs';
import type {} from '../../../tools/kube-apiserver/global-setup.js';
import { eventually, liveKind, openLiveCluster, pass, type LiveCluster, type LiveOperator } from './support/live-cluster.js';

const KIND = liveKind({ group: 'outage.kopf.dev', kind: 'Patient' });
const NAMESPACE = 'outage';
/** So long the server is away at least; `npm run long -- outage` has the length of the promise, and measures what is promised. */
const OUTAGE_S = Number(process.env['KOPFTS_COUNT'] ?? 0);
/** The longest back-off that the law allows: what is left of it is what must not be slept through. */
const LONGEST: Random = { next: () => 0.999, uuid: () => globalThis.crypto.randomUUID() };
/** Watches that failed in a row until the next one waits for 12.8 seconds. */
const FAILURES = 6;
const pauseAfter = (failures: number): number => 0.999 * Math.min(30_000, 200 * 2 ** failures);

describe('an operator whose real kube-apiserver was away', { timeout: 600_000 + OUTAGE_S * 1000 }, () => {
  let plane: ControlPlane;
  let cluster: LiveCluster;

  beforeAll(async () => {
    plane = await startControlPlane({ assetsDir: inject('controlPlane').assetsDir });
    cluster = openLiveCluster(plane);
    await cluster.namespace(NAMESPACE);
    await cluster.define(KIND);
  });
  afterAll(async () => {
    await cluster.close();
    await plane.stop();
  });

  const watchesOf = ({ asked }: LiveOperator) => asked.filter(({ path, query }) => path.endsWith(`/${KIND.plural}`) && query.has('watch'));
  const returnOf = (operator: LiveOperator) =>
    operator.factsOf('plugin').find(({ plugin, name }) => plugin === 'kubernetes' && name === 'server-returned');

  it('watches again as soon as the server says that it is ready, not when its back-off is over', async () => {
    const handledMs = new Map<string, number>();
    const operator = await cluster.operator({
      name: 'outage',
      namespaces: [NAMESPACE],
      random: LONGEST,
      declare: (kopf) => void kopf.on.create(KIND.type, { id: 'made' }, ({ name }) => void handledMs.set(name, performance.now())),
    });
    const shelf = cluster.shelf(KIND, NAMESPACE);
    await shelf.create('before', {});
    await eventually(() => expect(handledMs.has('before')).toBe(true));
    const before = watchesOf(operator).length;
    const beganMs = performance.now();
    await plane.kill('SIGKILL');
    await eventually(() => expect(watchesOf(operator).length).toBeGreaterThanOrEqual(before + FAILURES));
    await pass(Math.max(0, OUTAGE_S * 1000 - (performance.now() - beganMs)));
    await plane.restart();
    const readyMs = performance.now();
    await shelf.create('after', {});
    await eventually(() => expect(handledMs.has('after')).toBe(true));
    const tookMs = (handledMs.get('after') ?? Infinity) - readyMs;
    const backMs = returnOf(operator)?.at ?? NaN;
    const since = watchesOf(operator).slice(before);
    const failed = since.filter(({ atMs }) => atMs < backMs);
    const failedMs = failed.at(-1)?.atMs ?? NaN;
    const again = since.find(({ atMs }) => atMs >= backMs);
    const pauseMs = pauseAfter(failed.length);
    // It was waiting, and the return of the server ended that; of a machine that took longer than the pause to start the server nothing can be said.
    expect(failed.length).toBeGreaterThanOrEqual(FAILURES);
    if (backMs - failedMs < pauseMs - 1000) expect((again?.atMs ?? NaN) - failedMs).toBeLessThan(pauseMs);
    console.log(
      `handled ${String(Math.round(tookMs))} ms after the server was ready, away for ${String(Math.round(readyMs - beganMs))} ms`,
    );
    if (OUTAGE_S > 0) expect(tookMs).toBeLessThanOrEqual(2000);
    await operator.stop();
  });
});
