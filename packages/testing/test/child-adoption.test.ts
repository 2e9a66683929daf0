import { annotations } from '@kopfts/persistence-annotations';
import { createWorkloads, sweep } from '@kopfts/testing';
import { expect, it } from 'vitest';

const workloads = createWorkloads(() => [annotations()]).filter(({ name }) => name === 'adoption');

it(
  '[D10, S3, L8] an object has each of its children once, whichever request the operator dies at, at every point of it',
  { timeout: 120_000 },
  async () => {
    const { plans, failures } = await sweep({ workloads, strategies: ['crash'], seed: 1 });
    expect(failures).toEqual([]);
    expect(plans['crash']).toBeGreaterThan(20);
  },
);
