import { startRunner, customResourceDefinition } from '@kopfts/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { embeddedStage } from '../shared/embedded-stage.js';
import { play } from '../shared/stage.js';
import config from './kopf.config.js';
import { scenario } from './scenario.js';

describe.each([1, 2, 3])('16-indexing (seed %i)', (seed) => {
  it('[EX-16] a timer counts what the indexes of pods hold', () => play(embeddedStage(config, seed), scenario));
});

it('[EX-16] probes tell what the indexes of pods hold', async () => {
  const pod = (name: string) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { containers: [{ name: 'main', image: 'busybox' }] },
  });
  const crds = [customResourceDefinition({ group: 'kopf.dev', kind: 'KopfExample' })];
  const runner = await startRunner({ config, crds, objects: [pod('web'), pod('db')], settings: { probing: { maxAge: 0 } } });
  onTestFinished(async () => {
    await runner.stop();
  });
  expect(await runner.operator?.probe()).toEqual({ pod_count: 2, pod_names: ['db', 'web'] });
  await runner.delete(pod('web'));
  await runner.until(async () => expect(await runner.operator?.probe()).toEqual({ pod_count: 1, pod_names: ['db'] }));
});
