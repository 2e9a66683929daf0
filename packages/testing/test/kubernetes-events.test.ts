import { events, type JsonObject } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { A, createWorld, example } from './world.js';

type World = Awaited<ReturnType<typeof createWorld>>;

/** What people see of the Kubernetes Events, in the order of their posting. */
async function posted(world: World): Promise<readonly string[]> {
  return (await recorded(world)).map(({ type, reason, message }) => `${type} ${reason}: ${message}`);
}

interface PostedEvent extends JsonObject {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

async function recorded(world: World): Promise<readonly PostedEvent[]> {
  await world.settle();
  const bodies = world.calls.filter(({ method, path }) => method === 'POST' && path.includes('/events'));
  return bodies.map(({ body }) => body as PostedEvent);
}

describe('Kubernetes Events of handlers', () => {
  it('[EV-01, API-06] are of the type that their function says', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', (ctx) => {
        events(ctx).event('Custom', 'Any', { message: 'whatever' });
        events(ctx).info('Good', 'all is well');
        events(ctx).warn('Odd', 'take care');
        events(ctx).exception(new TypeError('boom'), { message: 'It broke:' });
        events(ctx).exception('text', { reason: 'Named' });
      });
    });
    await world.start();
    await world.create(example());
    expect(await posted(world)).toEqual([
      'Custom Any: whatever',
      'Normal Good: all is well',
      'Warning Odd: take care',
      'Error TypeError: It broke: boom',
      'Error Named: text',
    ]);
    await world.close();
  });

  it('[EV-09, EV-15, CF-05] are about the handled object, and named and signed as configured', async () => {
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', (ctx) => events({ ...ctx }).info('Good')), {
      settings: { posting: { reportingComponent: 'me', reportingInstance: 'pod-1', eventNamePrefix: 'mine-' } },
    });
    await world.start();
    const object = await world.create(example());
    const [event] = await recorded(world);
    expect(event).toMatchObject({
      involvedObject: { apiVersion: 'kopf.dev/v1', kind: 'KopfExample', name: 'a', namespace: 'default', uid: object.metadata.uid },
      reportingComponent: 'me',
      reportingInstance: 'pod-1',
      source: { component: 'me' },
    });
    expect((event?.['metadata'] as JsonObject)['name']).toMatch(/^mine-/);
    const onServer = await world.get({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: event?.['metadata'] as { name: string; namespace: string },
    });
    expect(onServer?.['reason']).toBe('Good');
    await world.close();
  });

  it('[EV-02] are about others where these are given, empty places skipped', async () => {
    const pod = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default', uid: `uid-${name}` } });
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', (ctx) => events(ctx).info('Seen', '', { about: [pod('x'), null, [ctx.body, [pod('y'), undefined]]] }));
    });
    await world.start();
    await world.create(example());
    const names = (await recorded(world)).map((event) => (event['involvedObject'] as JsonObject)['name']);
    expect(names.toSorted()).toEqual(['a', 'x', 'y']);
    await world.close();
  });

  it('[EV-02, EV-15] take sets and items of lists, without what these do not say; what is no object is told, and fails no handler', async () => {
    const item = { metadata: { name: 'x', namespace: 'default', uid: 'uid-x' } };
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'c' }, (ctx) => {
        events(ctx).info('Listed', '', { about: new Set([item]) });
        events(ctx).info('Named', '', { about: 'pod/x' as never });
        events(ctx).info('Nameless', '', { about: { metadata: {} } });
        events(ctx).info('Delayed', '', { backoffs: 'soon' as never });
      });
    });
    await world.start();
    await world.create(example());
    const posts = await recorded(world);
    expect(posts.map((event) => event['involvedObject'])).toEqual([{ name: 'x', namespace: 'default', uid: 'uid-x' }]);
    expect(world.factsOf('handler-ended')).toMatchObject([{ result: 'succeeded' }]);
    const lost = world.factsOf('event-recorded').filter(({ outcome }) => outcome === 'lost');
    expect(lost.map(({ about, reason, error }) => `${about.name} ${reason} ${String(error?.code)}`)).toEqual([
      'a Named KOPF_INVALID_OPTION',
      'a Nameless KOPF_INVALID_OPTION',
      'a Delayed KOPF_INVALID_OPTION',
    ]);
    await world.close();
  });

  it.each([
    [{ enabled: false }, []],
    [{ level: 'warn' as const }, ['Custom C: ', 'Warning W: ', 'Error E: e']],
    [{ level: 'error' as const }, ['Custom C: ', 'Error E: e']],
  ])('[EV-04, CF-02, CF-04] are posted as %j allows', async (posting, expected) => {
    const world = await createWorld(
      (kopf) => {
        kopf.on.create('KopfExample', (ctx) => {
          events(ctx).event('Custom', 'C');
          events(ctx).info('I');
          events(ctx).warn('W');
          events(ctx).exception('e', { reason: 'E' });
        });
      },
      { settings: { posting } },
    );
    await world.start();
    await world.create(example());
    expect(await posted(world)).toEqual(expected);
    await world.close();
  });

  it('[EV-13] that cannot be posted neither fail nor hold up the handler', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', (ctx) => {
        events(ctx).info('Lost', '', { backoffs: [] });
        ctx.patch.status.done = true;
      });
    });
    world.faults.add({ kind: 'status', code: 403, body: '{}' }, { when: ({ path }) => path.includes('/events'), times: 9 });
    await world.start();
    await world.create(example());
    await world.settle();
    expect((await world.get(A))?.['status']).toEqual({ done: true });
    expect(world.factsOf('event-recorded')).toMatchObject([{ reason: 'Lost', outcome: 'lost', error: { code: 'KOPF_FORBIDDEN' } }]);
    expect(world.factsOf('handler-ended')).toMatchObject([{ result: 'succeeded' }]);
    await world.close();
  });

  it('[EV-08, EV-13] whose words are no text are posted as what can be said of them, and end nothing', async () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    const world = await createWorld(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'c' }, (ctx) => {
          const loose = events(ctx) as unknown as { info(reason: unknown, message: unknown): void };
          loose.info('Said', circular);
          loose.info('Sized', 10n);
          loose.info('Counted', 7);
          loose.info('Failed', new TypeError('boom'));
          loose.info('Bare', Object.create(null));
          loose.info('Silent', null);
          (ctx.logger as unknown as { error(message: unknown): void }).error(circular);
        });
      },
      { settings: { posting: { loggers: true } } },
    );
    await world.start();
    await world.create(example());
    const said = await posted(world);
    expect(said).toEqual(
      expect.arrayContaining(['Normal Sized: 10', 'Normal Counted: 7', 'Normal Failed: boom', "Normal Logging: Handler 'c' succeeded."]),
    );
    expect([said.length, world.running, world.factsOf('event-recorded').filter(({ outcome }) => outcome === 'lost')]).toEqual([
      8,
      true,
      [],
    ]);
    await world.create(example('b'));
    expect(await posted(world)).toHaveLength(16);
    await world.close();
  });

  it('[EV-16, CF-98, CF-99] are posted again after the delays of the call, else of the setting for them, or for log lines', async () => {
    const posting = { loggers: true, defaultBackoffs: [100], loggingBackoffs: [100, 200] };
    const world = await createWorld(
      (kopf) => {
        kopf.on.event('KopfExample', { id: 'c' }, (ctx) => {
          if (ctx.name === 'own') events(ctx).warn('Own', '', { backoffs: 50 });
          if (ctx.name === 'default') events(ctx).warn('Default');
        });
        kopf.daemon('KopfExample', { id: 'd' }, ({ name, logger }) => {
          if (name === 'logged') logger.warn('said');
        });
      },
      { settings: { posting: { ...posting, level: 'warn' } } },
    );
    world.faults.add({ kind: 'status', code: 500 }, { when: ({ path }) => path.includes('/events'), times: Infinity });
    await world.start();
    for (const name of ['own', 'default', 'logged']) await world.create(example(name));
    const began = world.clock.now();
    await world.advance('10m');
    const lost = world
      .factsOf('event-recorded')
      .map(({ at, about, outcome }) => `${about.name} ${outcome} ${String(Math.round((at - began) / 1000))}`);
    expect(lost).toEqual(['own lost 50', 'default lost 100', 'logged lost 300']);
    await world.close();
  });

  it('[EV-17, EV-18] of one object that are posted again and again hold up none of another, however many they are', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'c' }, (ctx) => {
        for (let n = 0; n < (ctx.name === 'a' ? 5 : 1); n += 1) events(ctx).info('Said', `${ctx.name} ${String(n)}`, { backoffs: 60 });
      });
    });
    world.faults.add({ kind: 'status', code: 503 }, { when: ({ path }) => path.includes('/events'), times: 1 });
    await world.start();
    await world.create(example());
    await world.settle();
    await world.create(example('b'));
    expect((await posted(world)).slice(-1)).toEqual(['Normal Said: b 0']);
    await world.advance('10m');
    const recordedOf = world.factsOf('event-recorded').map(({ about, outcome }) => `${about.name} ${outcome}`);
    expect(recordedOf).toEqual(['b recorded', ...Array.from({ length: 5 }, () => 'a recorded')]);
    await world.close();
  });

  it('[B-80] that are never answered end neither the operator nor its handlers', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', (ctx) => events(ctx).info('Lost', '', { backoffs: [] }));
      kopf.on.update('KopfExample', { id: 'later' }, () => 'handled');
    });
    world.faults.add({ kind: 'halfOpen' }, { when: ({ path }) => path.includes('/events'), times: 9 });
    await world.start();
    await world.create(example());
    await world.advance('10m');
    expect(world.factsOf('event-recorded')).toMatchObject([{ reason: 'Lost', outcome: 'lost' }]);
    await world.patch(A, { spec: { size: 2 } });
    await world.settle();
    expect((await world.get(A))?.['status']).toEqual({ later: 'handled' });
    expect(world.running).toBe(true);
    await world.close();
  });

  it('[EV-05] need the argument of a handler', async () => {
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'c' }, ({ name }) => events({ name }).info('x')));
    await world.start();
    await world.create(example());
    await world.settle();
    expect(world.factsOf('handler-ended')[0]).toMatchObject({ result: 'retry', error: { code: 'KOPF_NO_HANDLER_SCOPE' } });
    await world.close();
  });
});

describe('log lines as Kubernetes Events', () => {
  const declare = (kopf: Parameters<Parameters<typeof createWorld>[0]>[0]): void => {
    kopf.on.create('KopfExample', { id: 'c' }, ({ logger }) => {
      logger.debug('d');
      logger.info('i');
      logger.warn('w');
      logger.error('e');
    });
    kopf.on.event('KopfExample', { id: 'local' }, ({ logger }) => logger.error('of an event handler'));
  };

  it('[EV-06, EV-07, CF-03] are posted from the level on, with what the engine says of the handler', async () => {
    const world = await createWorld(declare, { settings: { posting: { loggers: true } } });
    await world.start();
    await world.create(example());
    expect(await posted(world)).toEqual([
      'Normal Logging: i',
      'Warning Logging: w',
      'Error Logging: e',
      "Normal Logging: Handler 'c' succeeded.",
    ]);
    await world.close();
  });

  it('[EV-06] of level debug are posted only when asked for', async () => {
    const world = await createWorld(declare, { settings: { posting: { loggers: true, level: 'debug' } } });
    await world.start();
    await world.create(example());
    expect((await posted(world))[0]).toBe('Debug Logging: d');
    await world.close();
  });

  it('[H-15, LG-03] of event handlers never are', async () => {
    const world = await createWorld(declare, { settings: { posting: { loggers: true, level: 'debug' } } });
    await world.start();
    await world.create(example());
    await world.settle();
    expect(world.factsOf('logged')).toEqual(
      expect.arrayContaining([expect.objectContaining({ message: 'of an event handler', local: true })]),
    );
    expect((await posted(world)).filter((said) => said.includes('event handler'))).toEqual([]);
    await world.close();
  });

  it('[CF-03] are not posted by default', async () => {
    const world = await createWorld(declare);
    await world.start();
    await world.create(example());
    expect(await posted(world)).toEqual([]);
    await world.close();
  });
});

describe('a refused result', () => {
  it('[EV-13] shows as a Warning on the object', async () => {
    const schema = {
      type: 'object',
      properties: { spec: { type: 'object' }, status: { type: 'object', properties: { n: { type: 'integer' } } } },
    };
    const world = await createWorld(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'bad' }, ({ patch }) => {
          patch.status.n = 'no number';
        });
      },
      { kind: { group: 'kopf.dev', kind: 'KopfExample', schema } },
    );
    await world.start();
    await world.create(example());
    const [said] = await posted(world);
    expect(said).toMatch(/^Warning InvalidResult: The result of handler 'bad' was refused and is dropped: .*status\.n/);
    await world.close();
  });
});
