import { describe, expectTypeOf, it } from 'vitest';
import type { ChangeArgs, EventArgs } from '../model/handler-function.js';
import type { StandardSchema } from '../model/standard-schema.js';
import { allAtOnce, asap } from './lifecycle.js';
import { createRegistry } from './registry.js';
import { resource } from './typed-resource.js';

interface Spec {
  readonly items: readonly string[];
  readonly a?: { readonly b: { readonly c: { readonly d: { readonly e: number } } } };
}
interface Status {
  readonly ready: boolean;
}
interface Memo {
  count: number;
}

const KIND = { group: 'kopf.dev', version: 'v1', plural: 'kopfexamples' };
const Example = resource<Spec, Status>(KIND);

describe('the types of sub-handlers', () => {
  it('are those of their parents, when registered', () => {
    const kopf = createRegistry<Memo>({ memo: () => ({ count: 0 }) });
    kopf.on.create(Example, ({ register }) => {
      register(
        ({ spec, status, memo, patch, register: below }) => {
          expectTypeOf(spec).toEqualTypeOf<Spec>();
          expectTypeOf(status.ready).toBeBoolean();
          expectTypeOf(memo.count).toBeNumber();
          patch.status.ready = true;
          // @ts-expect-error a typed patch knows the type
          patch.status.ready = 'yes';
          below(({ spec: same }) => expectTypeOf(same).toEqualTypeOf<Spec>(), { id: 'below' });
        },
        { id: 'child', retries: 3, timeout: '5m', backoff: { initial: '1s', jitter: 1 }, when: ({ spec }) => spec.items.length > 1 },
      );
      // @ts-expect-error there is no selector
      register(() => undefined, { id: 'x', selector: 'x' });
      const grow = ({ spec }: ChangeArgs<Spec, Status, Memo>): number => spec.items.length;
      expectTypeOf(register(grow)).toEqualTypeOf<typeof grow>();
    });
  });

  it('are those of their parents, when executed', () => {
    const kopf = createRegistry();
    kopf.on.update(Example, async ({ execute }) => {
      expectTypeOf(execute()).toEqualTypeOf<Promise<void>>();
      await execute({ child: ({ spec }) => expectTypeOf(spec).toEqualTypeOf<Spec>() }, { lifecycle: asap });
      await execute([({ spec }) => expectTypeOf(spec).toEqualTypeOf<Spec>()], { lifecycle: allAtOnce });
      await execute({}, { lifecycle: (candidates) => candidates.slice(0, 2) });
      // @ts-expect-error a lifecycle is synchronous
      await execute({}, { lifecycle: async (candidates) => candidates });
      // @ts-expect-error no function
      await execute({ child: 1 });
    });
    expectTypeOf<EventArgs<Spec, Status>>().not.toHaveProperty('register');
    expectTypeOf<EventArgs<Spec, Status>>().not.toHaveProperty('execute');
  });

  it('are any for untyped kinds', () => {
    const kopf = createRegistry();
    kopf.on.create('KopfExample', async ({ register, execute }) => {
      register(({ spec }) => expectTypeOf(spec).toBeAny(), { id: 'x' });
      await execute({ x: ({ spec }) => expectTypeOf(spec).toBeAny() });
    });
  });
});

describe('the types of handlers of fields', () => {
  it('demand a field, which exists, to depth 5', () => {
    const kopf = createRegistry();
    kopf.on.field(Example, { field: 'spec.a.b.c.d', old: 1 }, ({ spec }) => expectTypeOf(spec).toEqualTypeOf<Spec>());
    kopf.on.field(Example, { field: ['spec', 'a', 'b', 'c', 'd', 'e'] }, () => undefined);
    kopf.on.field('KopfExample', { field: 'spec.whatever' }, ({ spec }) => expectTypeOf(spec).toBeAny());
    // @ts-expect-error there is no such field
    kopf.on.field(Example, { field: 'spec.a.c' }, () => undefined);
    // @ts-expect-error a field is needed
    kopf.on.field(Example, {}, () => undefined);
    // @ts-expect-error a field is needed
    kopf.on.field(Example, () => undefined);
  });
});

describe('the types of a schema', () => {
  it('are those of its output', () => {
    const schema = {} as StandardSchema<unknown, { spec: { size: number; nested?: { name: string } }; status?: { ready: boolean } }>;
    const declare = (): void => {
      const Sized = resource({ ...KIND, schema });
      const kopf = createRegistry();
      kopf.on.update(Sized, { field: 'spec.nested.name' }, ({ spec, status, patch, register }) => {
        expectTypeOf(spec).toEqualTypeOf<{ size: number; nested?: { name: string } }>();
        expectTypeOf(status).toEqualTypeOf<{ ready: boolean }>();
        patch.spec.size = 2;
        // @ts-expect-error a typed patch knows the type
        patch.spec.size = 'two';
        register(({ spec: same }) => expectTypeOf(same.size).toBeNumber(), { id: 'x' });
      });
      // @ts-expect-error there is no such field
      kopf.on.update(Sized, { field: 'spec.sise' }, () => undefined);
      expectTypeOf(Sized.schema).toEqualTypeOf(schema);
    };
    expectTypeOf(declare).toBeFunction();
  });
});
