import { expect } from 'vitest';
import { createHarness, customResourceDefinition } from '@kopfts/testing';
import { defineConfig } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import handlers from './handlers.js';

const example = { apiVersion: 'kopf.dev/v1', kind: 'KopfExample', metadata: { name: 'mine' }, spec: { name: 'cluster' } };

const world = await createHarness({
  seed: 1,
  crds: [customResourceDefinition({ group: 'kopf.dev', kind: 'KopfExample' })],
  config: ({ transport }) => defineConfig({ name: 'hello', handlers: [handlers], plugins: [kubernetes({ transport }), annotations()] }),
});
await world.start();
await world.create(example);
await world.advance('5s');
expect((await world.get(example))?.status).toEqual({ name: 'cluster' });

world.faults.add({ kind: 'kill', point: 'c3' }, { when: ({ method }) => method === 'PATCH' }); // dies when the server has committed
await world.patch(example, { spec: { name: 'other' } });
await world.settle();
await world.start(); // the next life finds what the server kept
await world.close();

export const isOver = true;
