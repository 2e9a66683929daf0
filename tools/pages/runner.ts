import { expect } from 'vitest';

const object = {
  apiVersion: 'kopf.dev/v1',
  kind: 'KopfExample',
  metadata: { name: 'mine', namespace: 'default' },
  spec: { field: 'value' },
};

import { customResourceDefinition, startRunner } from '@kopfts/testing';
import config from './kopf.config.js';

const runner = await startRunner({ config, crds: [customResourceDefinition({ group: 'kopf.dev', kind: 'KopfExample' })] });
await runner.create(object);
await runner.until(async () => expect((await runner.get(object))?.status).toEqual({ create_fn: { seen: 'value' } }));
const { exitCode, error, output } = await runner.stop();

export const ended = { exitCode, error, output };
