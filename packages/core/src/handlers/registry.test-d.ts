import { describe, expectTypeOf, it } from 'vitest';
import { byOwner, type IndexedObject } from '../hierarchy/owner-index.js';
import { PRESENT } from '../model/filter.js';
import type { ChangeArgs } from '../model/handler-function.js';
import { createRegistry } from './registry.js';
import { resource } from './typed-resource.js';

interface Spec {
  readonly size: number;
  readonly nested?: { readonly name: string; readonly list: readonly string[] };
}
interface Status {
  readonly ready: boolean;
}

const Example = resource<Spec, Status>({ group: 'kopf.dev', version: 'v1', plural: 'kopfexamples' });

describe('the types of declarations', () => {
  it('are any for untyped kinds, so that the first example compiles', () => {
    const kopf = createRegistry();
    kopf.on.create('KopfExample', ({ spec, patch }) => {
      patch.status.name = spec.name ?? 'world';
      expectTypeOf(spec).toBeAny();
    });
    kopf.on.event('KopfExample', { field: 'status.name', value: PRESENT }, ({ memo, status, type }) => {
      memo.lastName = status.name;
      expectTypeOf(type).toEqualTypeOf<'ADDED' | 'MODIFIED' | 'DELETED' | null>();
    });
    kopf.timer('KopfExample', { interval: 5, when: ({ memo }) => 'lastName' in memo }, ({ memo }) => {
      expectTypeOf(memo.lastName).toBeAny();
    });
    kopf.on.create({ kind: 'KopfExample' }, ({ spec, memo }) => {
      expectTypeOf(spec).toBeAny();
      expectTypeOf(memo).toBeAny();
    });
  });

  it('come from a typed resource', () => {
    const kopf = createRegistry<{ count: number }>({ memo: () => ({ count: 0 }) });
    kopf.on.update(Example, { field: 'spec.nested.name' }, ({ spec, status, memo, patch }) => {
      expectTypeOf(spec).toEqualTypeOf<Spec>();
      expectTypeOf(status.ready).toBeBoolean();
      expectTypeOf(memo.count).toBeNumber();
      patch.status.ready = true;
      // @ts-expect-error a typed patch knows the type
      patch.status.ready = 'yes';
    });
    kopf.timer(Example, { interval: '5s', when: ({ spec }) => spec.size > 1 }, ({ spec, stopped }) => {
      expectTypeOf(spec.size).toBeNumber();
      expectTypeOf(stopped.isSet()).toBeBoolean();
    });
    const initialDelay = 5;
    kopf.daemon(Example, { initialDelay, when: ({ spec }) => spec.size > 1, cancellationBackoff: '1s' }, async ({ spec, stopped }) => {
      expectTypeOf(spec.size).toBeNumber();
      expectTypeOf(await stopped.wait('5s')).toBeBoolean();
      expectTypeOf(stopped.reasons).toExtend<readonly string[]>();
    });
    kopf.timer(Example, { initialDelay: ({ spec }) => spec.size }, () => undefined);
    // @ts-expect-error a daemon has no interval
    kopf.daemon(Example, { interval: 5 }, () => undefined);
  });

  it('[P-05] type the copy that functions in a patch change, and leave it open for untyped kinds', () => {
    const kopf = createRegistry();
    kopf.on.update(Example, ({ patch }) => {
      patch.fns.push((body) => {
        expectTypeOf(body.spec.size).toBeNumber();
        body.spec.size += 1;
        // @ts-expect-error the kind says otherwise
        body.spec.size = 'large';
      });
      patch.clear();
      expectTypeOf(patch.isEmpty()).toBeBoolean();
    });
    kopf.on.update('x', ({ patch }) => {
      patch.fns.push((body) => {
        body.spec.anything.goes = 1;
      });
      patch.status.a.b = 1;
    });
  });

  it('of reconcile are typed: nothing or `requeueAfter` is returned', () => {
    const kopf = createRegistry();
    kopf.on.reconcile(Example, { owns: ['pods', Example] }, ({ spec, patch }) => {
      expectTypeOf(spec.size).toBeNumber();
      patch.status.ready = true;
    });
    kopf.on.reconcile('x', async () => Promise.resolve({ requeueAfter: '5s' as const }));
    kopf.on.reconcile('x', { field: 'spec.a', when: ({ spec }) => spec.a > 1 }, ({ spec }) =>
      spec.ready ? undefined : { requeueAfter: 5 },
    );
    // @ts-expect-error a result goes nowhere
    kopf.on.reconcile('x', () => 'done');
    // @ts-expect-error there is no old state
    kopf.on.reconcile('x', ({ old }) => ({ requeueAfter: old }));
    // @ts-expect-error it runs by changes
    kopf.on.reconcile('x', { interval: 5 }, () => undefined);
  });

  it('know the fields of a typed resource; a list of keys is always allowed', () => {
    const kopf = createRegistry();
    kopf.on.update(Example, { field: 'spec.size' }, () => undefined);
    kopf.on.update(Example, { field: ['spec', 'whatever'] }, () => undefined);
    kopf.on.update(Example, { field: 'metadata.labels' }, () => undefined);
    // @ts-expect-error there is no such field
    kopf.on.update(Example, { field: 'spec.sise' }, () => undefined);
  });

  it('return the function as it is, and refuse options of other kinds', () => {
    const kopf = createRegistry();
    function grow({ spec }: ChangeArgs): number {
      return Number(spec.size) + 1;
    }
    expectTypeOf(kopf.on.create('x', grow)).toEqualTypeOf<typeof grow>();
    kopf.on.resume('x', kopf.on.create('x', grow));
    // @ts-expect-error on.create has no `old`
    kopf.on.create('x', { field: 'spec', old: 1 }, grow);
    // @ts-expect-error on.event has no retries
    kopf.on.event('x', { retries: 3 }, () => undefined);
  });
});

describe('the types of indexes', () => {
  it('come from what the function returns: keys and values of a mapping, else one value under null', () => {
    const kopf = createRegistry();
    const sizes = kopf.index(Example, ({ name, spec }) => ({ [name]: spec.size }));
    const places = kopf.index('pods', { id: 'places', retries: 3 }, async ({ namespace, name }) => {
      await Promise.resolve();
      return new Map([[[namespace ?? '', name] as const, true]]);
    });
    const names = kopf.index('pods', { id: 'names' }, ({ name }) => (name === '' ? undefined : name));
    const children = kopf.index('pods', byOwner);
    kopf.on.event('pods', { when: ({ index }) => index(sizes).has('a') }, ({ index }) => {
      expectTypeOf(index(sizes).get('a')).toEqualTypeOf<readonly number[]>();
      expectTypeOf(index(places).get(['default', 'a'])).toEqualTypeOf<readonly boolean[]>();
      expectTypeOf(index(names).get(null)).toEqualTypeOf<readonly string[]>();
      expectTypeOf(index(children).get('uid')[0]).toEqualTypeOf<IndexedObject | undefined>();
      // @ts-expect-error keys are text
      index(sizes).get(1);
      expectTypeOf(index(names).get(null)).not.toHaveProperty('push');
    });
    kopf.on.startup(({ index }) => {
      expectTypeOf(index(sizes).size).toBeNumber();
    });
    // @ts-expect-error it has no interval
    kopf.index('pods', { interval: 5 }, () => 1);
  });
});
