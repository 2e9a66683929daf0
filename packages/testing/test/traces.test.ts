import type { ObjectBody } from '@kopfts/core';
import type { Harness } from '@kopfts/testing';
import { describe, expect, it } from 'vitest';
import { maskBody, NAME, TRACES, type TraceStep } from './traces.js';
import { A, createWorld, example, shape } from './world.js';

async function perform(world: Harness, { action }: TraceStep): Promise<void> {
  switch (action.do) {
    case 'create':
      await world.create(example('a', { ...action.object }));
      break;
    case 'patch':
      await world.patch(A, action.patch as ObjectBody);
      break;
    case 'status':
      await world.mergeStatus(A, action.status as ObjectBody);
      break;
    case 'delete':
      await world.delete(A);
      if (action.seconds === undefined) break;
      await world.settle();
      expect(await world.get(A)).toMatchObject({ metadata: { deletionTimestamp: expect.any(String) as string } });
      await world.advance(action.seconds);
      break;
    case 'restart':
      await world.restart();
      break;
    case 'wait':
      await world.advance(action.seconds);
      break;
    case 'nothing':
      break;
  }
  await world.settle();
}

describe('[TRACE-1, TRACE-2, EX-01] golden traces on the in-memory server', () => {
  describe('[TRACE-3, TRACE-4, TRACE-6] of single handlers, retries, sub-handlers and restarts', () => {
    describe('[TRACE-5] and of daemons', () => {
      it.each(TRACES)('[$id] $title', async ({ declare, steps }) => {
        const calls: string[] = [];
        const world = await createWorld((kopf) => declare(kopf, (line) => void calls.push(line)), { name: NAME });
        await world.start();
        let uid = '';
        for (const step of steps) {
          const before = world.writes().length;
          calls.length = 0;
          await perform(world, step);
          uid = (await world.get(A))?.metadata.uid ?? uid;
          const writes = world.writes().slice(before);
          const traced = writes.map((call) => ({
            endpoint: shape(call).split(' ')[0],
            type: shape(call).split(' ')[1],
            body: maskBody(call.body, uid),
          }));
          expect({ step: step.what, writes: traced, calls }).toEqual({ step: step.what, writes: step.writes, calls: step.calls });
        }
        await world.close();
      });
    });
  });
});
