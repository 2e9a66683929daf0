import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { customResourceDefinition, startRunner } from '@kopfts/testing';
import { createRegistry, type Plugin } from '@kopfts/core';
import { expect, it, onTestFinished } from 'vitest';
import { attemptCounter, doneInStatus, heartbeat, holdByLabel, stopwatch } from './small-plugins.js';

const object = (name: string, labels: Record<string, string> = {}) => ({
  apiVersion: 'kopf.dev/v1',
  kind: 'KopfExample',
  metadata: { name, namespace: 'default', labels },
  spec: {},
});

async function runnerWith(...plugins: readonly Plugin[]) {
  const kopf = createRegistry();
  kopf.on.create('KopfExample', function greet() {
    return 'hello';
  });
  const runner = await startRunner({
    config: { name: 'small', handlers: [kopf], namespaces: ['default'], plugins: [kubernetes(), annotations(), ...plugins] },
    crds: [customResourceDefinition({ group: 'kopf.dev', kind: 'KopfExample' })],
  });
  onTestFinished(async () => {
    await runner.stop();
  });
  return runner;
}

it('a sink sees what happens, and stands around attempts with a clock', async () => {
  const counts = new Map<string, number>();
  const said: string[] = [];
  const runner = await runnerWith(
    attemptCounter(counts),
    stopwatch((line) => said.push(line)),
  );
  await runner.create(object('one'));
  await runner.until(() => expect(counts).toEqual(new Map([['greet', 1]])));
  expect(said).toEqual([expect.stringMatching(/^greet, attempt \d: \d+ ms$/)]);
});

it('a fragment of the patch is written with the results', async () => {
  const runner = await runnerWith(doneInStatus());
  await runner.create(object('one'));
  await runner.until(async () => expect((await runner.get(object('one')))?.['status']).toEqual({ greet: 'hello', done: true }));
});

it('an object that is held is not handled', async () => {
  const runner = await runnerWith(holdByLabel());
  await runner.create(object('held', { hold: 'yes' }));
  await runner.create(object('free'));
  await runner.until(async () => expect((await runner.get(object('free')))?.['status']).toEqual({ greet: 'hello' }));
  expect((await runner.get(object('held')))?.['status']).toBeUndefined();
});

it('a service runs as long as the operator', async () => {
  const beats: boolean[] = [];
  const runner = await runnerWith(heartbeat((healthy) => beats.push(healthy)));
  await runner.until(() => expect(beats).toEqual([true]));
});
