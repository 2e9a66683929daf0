import { startRunner } from '@kopfts/testing';
import { expect, it, onTestFinished } from 'vitest';
import config from './kopf.config.js';

const pod = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  spec: { containers: [{ name: 'main', image: 'busybox' }] },
});

it('the life of an operator: begun in several attempts, asked how it is, and cleaned up', async () => {
  const runner = await startRunner({ config, objects: [pod('pod-1')], settings: { probing: { maxAge: 0 } } });
  onTestFinished(async () => {
    await runner.stop();
  });
  const ends = () => runner.facts.flatMap((fact) => (fact.kind === 'activity-handler-ended' ? [`${fact.handler} ${fact.result}`] : []));
  expect(ends()).toEqual([
    'startup_fn_simple succeeded',
    ...Array.from({ length: 3 }, () => 'startup_fn_retried retry'),
    'startup_fn_retried succeeded',
  ]);
  const tasks = async () => (await runner.operator?.probe())?.['tasks'];
  await runner.until(async () => expect(await tasks()).toBe(1));
  expect(await runner.operator?.probe()).toEqual({ now: expect.stringMatching(/^\d{4}-.*Z$/), tasks: 1 });
  await runner.create(pod('pod-2'));
  await runner.until(async () => expect(await tasks()).toBe(2));
  await runner.delete(pod('pod-1'));
  await runner.until(async () => expect(await tasks()).toBe(1));

  const { exitCode, output } = await runner.stop();
  expect(exitCode).toBe(0);
  expect(output).toContain('[default/pod-2] Served by the background task of pod-2.');
  expect(output).toContain("1 background tasks have ended.\nActivity 'cleanup_fn' succeeded.");
});
