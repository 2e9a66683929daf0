import { createManualClock, createSeededRandom, type WatchSignal } from '@kopfts/core';
import { afterEach, describe, expect, it } from 'vitest';
import { createListForms, type ListForms } from '../src/watch/list-forms.js';
import { reflect } from '../src/watch/reflect.js';
import { createStreamTurns } from '../src/watch/stream-turns.js';
import { event, example, EXAMPLES, listOf } from './support/sample-objects.js';
import { createScriptedTransport, type ScriptedStream } from './support/scripted-transport.js';
import { settle } from './support/watch-reader.js';

/** Watches of so many namespaces, with turns for two streams, on a server that accepts everything. */
function start(namespaces: readonly (string | undefined)[], listForms?: ListForms) {
  const server = createScriptedTransport();
  const clock = createManualClock();
  const ended = new AbortController();
  const turns = createStreamTurns(clock, 2);
  const streams: { readonly place: string; readonly version: string | undefined; readonly stream: ScriptedStream }[] = [];
  const heard: string[] = [];
  let pages = 0;
  let most = 0;
  const note = (place: string | undefined, said: WatchSignal): void => {
    if (said.kind === 'change') heard.push(`${String(place)} ${said.type} ${said.object.name}`);
  };
  const reading = namespaces.map(async (namespace) => {
    const ports = { transport: server, clock, random: createSeededRandom(1), note: () => undefined, turns, listForms };
    for await (const said of reflect({ resource: EXAMPLES, namespace }, ports, ended.signal)) note(namespace, said);
  });
  const answer = async (): Promise<void> => {
    await settle();
    for (; server.waiting > 0; await settle()) {
      const request = await server.next();
      if (request.lane === 'read') {
        pages += 1;
        request.reply(200, listOf(10, []));
      } else {
        const place = /namespaces\/([^/]+)/.exec(request.at)?.[1] ?? '*';
        streams.push({ place, version: request.query['resourceVersion'], stream: request.stream() });
      }
      most = Math.max(most, server.stats().streams);
    }
  };
  return {
    streams,
    heard,
    most: () => most,
    pages: () => pages,
    clock,
    answer,
    async pass(ms: number) {
      const end = clock.monotonicMs() + ms;
      await answer();
      for (let due = clock.nextDueMs(); due !== undefined && due <= end; due = clock.nextDueMs()) {
        clock.advanceTo(due);
        await answer();
      }
      clock.advanceTo(end);
    },
    async stop() {
      ended.abort(new Error('over'));
      await Promise.all(reading);
      expect([clock.pending, server.stats().streams]).toEqual([0, 0]);
    },
  };
}

let world: ReturnType<typeof start> | undefined;
afterEach(() => world?.stop());

describe('streams of more namespaces than there are turns', () => {
  it('take turns of half a minute: each has one, never more at once than allowed', async () => {
    world = start(['a', 'b', 'c', 'd', 'e']);
    await world.pass(95_000);
    expect(new Set(world.streams.map(({ place }) => place))).toEqual(new Set(['a', 'b', 'c', 'd', 'e']));
    expect(world.most()).toBe(2);
  });

  it('go on where they were when it is their turn again, and say nothing of it', async () => {
    world = start(['a', 'b', 'c']);
    await world.answer();
    world.streams[0]?.stream.events(event('ADDED', example('x', 11)));
    await world.pass(120_000);
    const ofA = world.streams.filter(({ place }) => place === 'a').map(({ version }) => version);
    expect(ofA.slice(0, 2)).toEqual(['10', '11']);
    expect(world.heard).toEqual(['a added x']);
  });

  it('wait with their watches, but not with their lists', async () => {
    world = start(['a', 'b', 'c', 'd'], createListForms());
    await world.answer();
    expect([world.streams.length, world.pages()]).toEqual([2, 2]);
  });

  it('a whole kind needs no turn', async () => {
    world = start(['a', 'b', undefined]);
    await world.pass(100_000);
    expect(world.streams.map(({ place }) => place).sort()).toEqual(['*', 'a', 'b']);
  });
});
