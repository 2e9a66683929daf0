import { Buffer } from 'node:buffer';
import { isKopfError } from '@kopfts/core';
import type { WireRequest } from '@kopfts/kubernetes';
import { describe, expect, it } from 'vitest';
import { createCallRecorder } from './call-history.js';
import { createFaultPlan, type Fault } from './fault.js';
import { createInProcessTransport } from './in-process-transport.js';
import { createInstanceClock } from './instance-clock.js';
import { createLife } from './life.js';
import { createScheduler } from './scheduler.js';

const LINES = ['{"type":"ADDED","name":"Größe"}\n', '{"type":"MODIFIED","name":"日本"}\n', '{"type":"DELETED"}\n'];

/** A server that counts, says three lines to whoever watches, and then keeps quiet until the watcher leaves. */
function createWorld(seed = 1) {
  const scheduler = createScheduler({ seed });
  const seen: string[] = [];
  let left = 0;
  const server = {
    handle: async ({ method, path, signal }: { method: string; path: string; signal?: AbortSignal }) => {
      seen.push(`${method} ${path}`);
      async function* chunks() {
        if (!path.includes('watch')) {
          yield Buffer.from('{"kind":"Example"}');
          return;
        }
        for (const line of LINES) yield Buffer.from(line);
        await new Promise((resolve) => signal?.addEventListener('abort', resolve));
        left += 1;
      }
      return { status: 200, headers: { 'Content-Type': 'application/json' }, chunks: chunks() };
    },
  };
  const life = createLife();
  const calls = createCallRecorder();
  const faults = createFaultPlan();
  const transport = createInProcessTransport({ server, scheduler, instance: 'me', life, calls, faults });
  const settled = <T>(promise: Promise<T>) => scheduler.drive(promise, 'an answer');
  return { scheduler, seen, life, calls, faults, transport, settled, left: () => left };
}

const patch: WireRequest = { lane: 'write', method: 'PATCH', path: '/api/v1/x', body: '{"a":1}', contentType: 'text/x', timeoutMs: 30_000 };
const watch: WireRequest = { lane: 'watch', method: 'GET', path: '/api/v1/x?watch=1', timeoutMs: 30_000 };
const never = new AbortController().signal;

async function readText(chunks: AsyncIterable<Uint8Array>, into: Uint8Array[]): Promise<void> {
  for await (const chunk of chunks) into.push(chunk);
}

describe('the in-process transport', () => {
  it('brings a request to the server and its answer back, and writes both down', async () => {
    const { transport, settled, calls, seen } = createWorld();
    const reply = await settled(transport.send(patch, never));
    expect([reply.status, reply.headers['content-type'], Buffer.from(reply.body).toString()]).toEqual([
      200,
      'application/json',
      '{"kind":"Example"}',
    ]);
    expect(seen).toEqual(['PATCH /api/v1/x']);
    expect(calls.writes()).toMatchObject([
      { index: 0, instance: 'me', method: 'PATCH', body: { a: 1 }, result: { kind: 'answered', status: 200 } },
    ]);
  });

  it('does nothing before the seed lets it', async () => {
    const { transport, seen, settled } = createWorld();
    const reply = transport.send(patch, never);
    await Promise.resolve();
    expect(seen).toEqual([]);
    await settled(reply);
  });

  it.each([1, 2, 3, 4, 5, 6])('[B2] cuts streams at borders of its own and loses nothing (seed %i)', async (seed) => {
    const { transport, settled, scheduler } = createWorld(seed);
    const stream = await settled(transport.open(watch, never));
    const parts: Uint8Array[] = [];
    const reading = readText(stream.chunks, parts);
    await scheduler.settle();
    expect(Buffer.concat(parts).toString()).toBe(LINES.join(''));
    stream.destroy();
    await settled(reading);
  });

  it('cuts within lines, not only between them', async () => {
    const borders = new Set<number>();
    for (const seed of [1, 2, 3, 4, 5]) {
      const { transport, settled, scheduler } = createWorld(seed);
      const parts: Uint8Array[] = [];
      const stream = await settled(transport.open(watch, never));
      const reading = readText(stream.chunks, parts);
      await scheduler.settle();
      for (const part of parts) borders.add(part.length);
      stream.destroy();
      await settled(reading);
    }
    expect(borders.size).toBeGreaterThan(5);
  });

  it('tells the server when the reader of a stream leaves', async () => {
    const { transport, settled, scheduler, left } = createWorld();
    const stream = await settled(transport.open(watch, never));
    await scheduler.settle();
    stream.destroy();
    await scheduler.settle();
    expect([left(), transport.stats().streams]).toEqual([1, 0]);
  });

  it('breaks all streams off when it is told to', async () => {
    const { transport, settled } = createWorld();
    const stream = await settled(transport.open(watch, never));
    const reading = readText(stream.chunks, []);
    transport.breakStreams();
    await expect(settled(reading)).rejects.toMatchObject({ code: 'KOPF_CLUSTER_UNREACHABLE' });
  });

  it("rejects with the signal's reason when the client gives up", async () => {
    const { transport, settled, calls } = createWorld();
    const controller = new AbortController();
    const reason = new Error('no longer wanted');
    const sent = transport.send(patch, controller.signal);
    const rejected = expect(settled(sent)).rejects.toBe(reason);
    controller.abort(reason);
    await rejected;
    expect(calls.calls[0]?.result).toEqual({ kind: 'aborted' });
  });

  it('leaves no timer behind when a request is answered', async () => {
    const { transport, settled, scheduler } = createWorld();
    await settled(transport.send(patch, never));
    expect(scheduler.clock.pending).toBe(0);
  });
});

describe('a fault', () => {
  const outcome = async (fault: Fault) => {
    const world = createWorld();
    world.faults.add(fault);
    const answer = await world.settled(world.transport.send(patch, never)).then(
      (reply) => reply.status,
      (error: unknown) => (isKopfError(error) ? error.context.phase : error),
    );
    return {
      answer,
      seen: world.seen.length,
      result: world.calls.calls[0]?.result.kind,
      at: world.scheduler.clock.monotonicMs(),
      pending: world.faults.pending,
    };
  };

  it.each<{ fault: Fault; answer: unknown; seen: number; result: string; at: number }>([
    { fault: { kind: 'drop' }, answer: 'connect', seen: 0, result: 'dropped', at: 0 },
    { fault: { kind: 'commitThenLose' }, answer: 'sent', seen: 1, result: 'lost', at: 0 },
    { fault: { kind: 'status', code: 503 }, answer: 503, seen: 0, result: 'answered', at: 0 },
    { fault: { kind: 'cut', afterBytes: 4 }, answer: 'body', seen: 1, result: 'lost', at: 0 },
    { fault: { kind: 'delay', ms: 700 }, answer: 200, seen: 1, result: 'answered', at: 700 },
    { fault: { kind: 'halfOpen' }, answer: 'sent', seen: 0, result: 'timed-out', at: 30_000 },
  ])('of kind $fault.kind happens once', async ({ fault, ...expected }) => {
    expect(await outcome(fault)).toEqual({ ...expected, pending: 0 });
  });

  it('befalls the request that its rule chooses, as often as it says', async () => {
    const { faults, transport, settled } = createWorld();
    faults.add({ kind: 'status', code: 500 }, { when: ({ path }) => path.endsWith('/b'), times: 2 });
    const statuses: number[] = [];
    for (const name of ['a', 'b', 'b', 'b']) statuses.push((await settled(transport.send({ ...patch, path: `/${name}` }, never))).status);
    expect(statuses).toEqual([200, 500, 500, 200]);
  });

  it('breaks a stream off after its bytes', async () => {
    const { faults, transport, settled } = createWorld();
    faults.add({ kind: 'cut', afterBytes: 40 });
    const parts: Uint8Array[] = [];
    const stream = await settled(transport.open(watch, never));
    await expect(settled(readText(stream.chunks, parts))).rejects.toMatchObject({ code: 'KOPF_CLUSTER_UNREACHABLE' });
    expect(Buffer.concat(parts)).toHaveLength(40);
  });
});

describe('the death of an operator', () => {
  it.each([
    { point: 'c1', seen: 0 },
    { point: 'c3', seen: 1 },
  ] as const)(
    '[A1] at $point of a request leaves the server with $seen request(s), and nobody hears the answer',
    async ({ point, seen }) => {
      const world = createWorld();
      world.faults.add({ kind: 'kill', point });
      let heard = false;
      world.transport.send(patch, never).then(
        () => (heard = true),
        () => (heard = true),
      );
      await world.scheduler.advance(60_000);
      expect([world.seen.length, heard, world.life.isOver]).toEqual([seen, false, true]);
    },
  );

  it('revokes what it sent and what it waited for', async () => {
    const { life, transport, scheduler, seen, left } = createWorld();
    const clock = createInstanceClock(scheduler, life);
    const acts: string[] = [];
    const act = (name: string) => () => {
      acts.push(name);
    };
    clock.sleep(10, never).then(act('slept'), act('slept'));
    const stream = await scheduler.drive(transport.open(watch, never), 'a stream');
    await scheduler.settle();
    transport.send(patch, never).then(act('sent'), act('sent'));
    clock.yield().then(act('yielded'), act('yielded'));
    life.end();
    readText(stream.chunks, []).then(act('ended'), act('ended'));
    await scheduler.advance(60_000);
    transport.send(patch, never).then(act('sent again'), act('sent again'));
    await scheduler.advance(60_000);
    expect([acts, seen.filter((request) => request.startsWith('PATCH')), left(), scheduler.clock.pending]).toEqual([[], [], 1, 0]);
  });
});
