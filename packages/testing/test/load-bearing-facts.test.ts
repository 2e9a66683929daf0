// Every fact bears a load: for each kind there is a situation, made by a real operator, whose explanation says something else, or less, when facts of
// this kind are missing. Whoever adds a kind adds a situation; whoever no longer emits one finds out here.
import { apply, events, parseJson, type Fact, type JsonObject, type Plugin } from '@kopfts/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askAgain, closeWorlds, explainedScript, explainedWorld, REF, saidBy, type Told } from './support/explained-world.js';
import { added, listed, state, SYNCED } from './support/scripted-cluster.js';
import { SITUATIONS } from './support/situations.js';
import { A, example } from './world.js';

/** The compiler wants all of them. */
const KINDS = Object.keys({
  'operator-started': true,
  'activity-handler-ended': true,
  'operator-ready': true,
  'operator-stopping': true,
  'operator-stopped': true,
  'kind-unresolved': true,
  'kind-served': true,
  'kind-refused': true,
  'kind-released': true,
  'watch-health': true,
  'watch-synced': true,
  'epoch-opened': true,
  'event-seen': true,
  'event-dropped': true,
  'events-merged': true,
  'cause-detected': true,
  'handler-skipped': true,
  'handler-passed-over': true,
  'handler-started': true,
  'handler-ended': true,
  'pass-superseded': true,
  'pass-ended': true,
  'pass-held': true,
  'finalizer-changed': true,
  'write-sent': true,
  'write-ended': true,
  'result-dropped': true,
  'fields-not-kept': true,
  'fields-overwritten': true,
  'child-applied': true,
  'numbers-rounded': true,
  'notes-contested': true,
  'object-waiting': true,
  'turn-awaited': true,
  'diff-base-adopted': true,
  'object-failed': true,
  'object-forgotten': true,
  'event-recorded': true,
  'timer-spawned': true,
  'timer-ended': true,
  'daemon-spawned': true,
  'task-waiting': true,
  'daemon-stopping': true,
  'daemon-ended': true,
  'handler-abandoned': true,
  logged: true,
  plugin: true,
} satisfies Record<Exclude<Fact['kind'], Measured>, true>) as Fact['kind'][];

/** What is counted, and says nothing to those who ask why: see `turn-facts.test.ts` and the metrics. */
type Measured = 'turn-taken' | 'turn-ended' | 'bookmark-seen';

/** What nobody asks why about, but what an explanation tells. */
const FURTHER: Readonly<Record<string, () => Promise<Told>>> = {
  'an operator that has stopped': async () => {
    const world = await explainedWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => undefined));
    await world.start();
    await world.create(example());
    await world.advance(1);
    await world.stop();
    return world.ask();
  },
  'versions that fell': async () => {
    const world = await explainedScript((kopf) => void kopf.on.event('KopfExample', { id: 'seen' }, () => undefined));
    await world.say({ kind: 'sync-begin', newEpoch: false }, listed(state('100')), { kind: 'sync-end', resourceVersion: '100' });
    await world.say({ kind: 'sync-begin', newEpoch: true }, listed(state('50')), { kind: 'sync-end', resourceVersion: '50' });
    return world.ask();
  },
  'events that came too fast': async () => {
    const world = await explainedWorld((kopf) => void kopf.on.event('KopfExample', { id: 'seen' }, () => new Promise(() => undefined)), {
      settings: { queueing: { eventLimit: 2 } },
    });
    await world.start();
    await world.create(example());
    await world.settle();
    for (let change = 0; change < 5; change += 1) await world.patch(A, { spec: { change } });
    await world.settle();
    return world.ask();
  },
  'a status that the schema does not have': async () => {
    const schema = { type: 'object', properties: { status: { type: 'object' } } };
    const world = await explainedWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => 'kept?'), {
      kind: { group: 'kopf.dev', kind: 'KopfExample', schema },
    });
    await world.start();
    await world.create(example());
    await world.advance(1);
    return world.ask();
  },
  'handlers that want different things': async () => {
    const world = await explainedWorld((kopf) => {
      for (const id of ['one', 'two']) kopf.on.create('KopfExample', { id }, ({ patch }) => void (patch.status.who = id));
    });
    await world.start();
    await world.create(example());
    await world.advance(1);
    return world.ask();
  },
  'a tool that takes our finalizer': async () => {
    const world = await explainedWorld((kopf) => void kopf.on.delete('KopfExample', { id: 'bye' }, () => undefined));
    await world.start();
    await world.create(example());
    for (let round = 0; round < 8; round += 1) {
      await world.advance(60);
      await world.patch(A, { metadata: { finalizers: [] } });
    }
    await world.settle();
    return world.ask();
  },
  'a number that JavaScript cannot have': async () => {
    const world = await explainedScript((kopf) => void kopf.on.event('KopfExample', { id: 'seen' }, () => undefined));
    await world.say(...SYNCED, added(state('1', parseJson('{"n":9007199254740993}') as JsonObject)));
    return world.ask();
  },
  'a handler that logs and posts': async () => {
    const world = await explainedWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, (ctx) => {
        ctx.logger.info('it is made');
        events(ctx).info('Made', 'it is made');
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(1);
    return world.ask();
  },
  'a child': async () => {
    const world = await explainedWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, async (ctx) => {
        await apply(ctx, { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} });
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(1);
    return world.ask();
  },
  'a plugin that speaks': async () => {
    const speaker: Plugin = {
      name: 'speaker',
      setup: (host) =>
        host.contribute('service', {
          name: 'speaker',
          run: async (signal) => {
            host.emit({ kind: 'plugin', plugin: 'speaker', name: 'said', data: { level: 'info', message: 'the lease is ours' } });
            await new Promise((resolve) => signal.addEventListener('abort', resolve));
          },
        }),
    };
    const world = await explainedWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => undefined), {
      plugins: [speaker],
    });
    await world.start();
    return world.ask();
  },
  'a timer and a daemon that ended with their object': async () => {
    const world = await explainedWorld((kopf) => {
      kopf.on.event('KopfExample', { id: 'seen' }, () => undefined);
      kopf.timer('KopfExample', { id: 'tick', interval: 60 }, () => undefined);
      kopf.daemon('KopfExample', { id: 'guard' }, ({ stopped }) => stopped.wait());
    });
    await world.start();
    await world.create(example());
    await world.advance(1);
    await world.delete(A);
    await world.advance(1);
    return world.ask();
  },
};

interface Asked {
  readonly title: string;
  readonly told: Told;
  readonly ref: Parameters<typeof askAgain>[1];
}

const asked: Asked[] = [];

beforeAll(async () => {
  for (const { title, ref = REF, tell } of SITUATIONS) asked.push({ title, ref, told: await tell(ref) });
  for (const [title, tell] of Object.entries(FURTHER)) asked.push({ title, ref: REF, told: await tell() });
}, 120_000);
afterAll(closeWorlds);

describe('a fact bears a load', () => {
  it('facts and what is held are all that an explanation is made of', () => {
    for (const { title, told, ref } of asked) expect(saidBy(askAgain(told, ref)), title).toEqual(saidBy(told.answer));
  });

  it.each(KINDS)('%s: without it, some explanation is another one', (kind) => {
    const emitting = asked.filter(({ told }) => told.facts.some((fact) => fact.kind === kind));
    expect(emitting.length, 'no situation has such a fact').toBeGreaterThan(0);
    const changed = emitting.filter(
      ({ told, ref }) => JSON.stringify(saidBy(askAgain(told, ref, kind))) !== JSON.stringify(saidBy(askAgain(told, ref))),
    );
    expect(changed.map(({ title }) => title)).not.toEqual([]);
  });
});
