import { customResourceDefinition, startRunner } from '@kopfts/testing';
import { expect, it, onTestFinished } from 'vitest';
import config from './kopf.config.js';

const object = {
  apiVersion: 'kopf.dev/v1',
  kind: 'KopfExample',
  metadata: { name: 'kopf-example-1', namespace: 'default' },
  spec: { field: 'value' },
};

it('[EX-09] puts what it has seen into the status', async () => {
  const runner = await startRunner({ config, crds: [customResourceDefinition({ group: 'kopf.dev', kind: 'KopfExample' })] });
  onTestFinished(async () => {
    await runner.stop();
  });

  await runner.create(object);
  await runner.until(async () => expect((await runner.get(object))?.['status']).toEqual({ create_fn: { seen: 'value' } }));
  await runner.delete(object);
  await runner.until(async () => expect(await runner.get(object)).toBeUndefined());

  const { exitCode, output } = await runner.stop();
  expect(exitCode).toBe(0);
  expect(output).toContain('[default/kopf-example-1] Creation is in progress.');
  expect(output).toContain('[default/kopf-example-1] Something was logged here.');
});
