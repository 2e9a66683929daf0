import assert from 'node:assert/strict';
import { test } from 'node:test';
import { customResourceDefinition, startRunner } from '@kopfts/testing';
import config from './kopf.config.js';

const object = {
  apiVersion: 'kopf.dev/v1',
  kind: 'KopfExample',
  metadata: { name: 'kopf-example-1', namespace: 'default' },
  spec: { field: 'value' },
};

await test('puts what it has seen into the status', async (t) => {
  const runner = await startRunner({ config, crds: [customResourceDefinition({ group: 'kopf.dev', kind: 'KopfExample' })] });
  t.after(() => runner.stop());

  await runner.create(object);
  await runner.until(async () => assert.deepEqual((await runner.get(object))?.['status'], { create_fn: { seen: 'value' } }));
  await runner.delete(object);
  await runner.until(async () => assert.equal(await runner.get(object), undefined));

  const { exitCode, output } = await runner.stop();
  assert.equal(exitCode, 0);
  assert.match(output, /\[default\/kopf-example-1\] Something was logged here\./);
});
