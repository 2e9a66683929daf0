import fc from 'fast-check';
import { expect } from 'vitest';
import { abstractOf, FINALIZER, FOREIGN, type RealWorld } from './real-world.js';
import * as reference from './reference-model.js';
import type { Call, Model, ModelObject, Script } from './reference-model.js';
import type { Death } from './small-cluster.js';

type Command = fc.AsyncCommand<Model, RealWorld>;

const name = fc.constantFrom('a', 'b', 'c');
const size = fc.integer({ min: 1, max: 3 });

/** What somebody else does to an object, in the model and at the cluster. */
interface Act {
  readonly what: string;
  readonly object: string;
  readonly needs: 'nothing' | 'object';
  readonly inModel: (model: Model) => void;
  readonly inReal: (real: RealWorld) => void;
}

const changeOf = (what: string, object: string, patch: (before: ModelObject) => object, how: (object: ModelObject) => void): Act => ({
  what,
  object,
  needs: 'object',
  inModel: (model) => reference.change(model, object, how),
  inReal: (real) => {
    const body = real.cluster.get(object);
    const finalizers = body?.metadata.finalizers ?? [];
    real.cluster.patch(
      object,
      patch({ foreign: finalizers.includes(FOREIGN), held: finalizers.includes(FINALIZER) } as ModelObject) as never,
    );
  },
});

const finalizers = (held: boolean, foreign: boolean): object => ({
  metadata: { finalizers: [...(foreign ? [FOREIGN] : []), ...(held ? [FINALIZER] : [])] },
});

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.tuple(name, size).map(([object, n]): Act => ({
    what: `create(${object}, ${String(n)})`,
    object,
    needs: 'nothing',
    inModel: (model) => reference.create(model, object, n),
    inReal: (real) => real.cluster.create(object, { size: n }),
  })),
  {
    weight: 3,
    arbitrary: fc.tuple(name, size).map(([object, n]) =>
      changeOf(
        `resize(${object}, ${String(n)})`,
        object,
        () => ({ spec: { size: n } }),
        (one) => void (one.size = n),
      ),
    ),
  },
  fc.tuple(name, size).map(([object, n]) =>
    changeOf(
      `status(${object}, ${String(n)})`,
      object,
      () => ({ status: { other: n } }),
      (one) => void (one.status['other'] = n),
    ),
  ),
  fc.tuple(name, fc.boolean()).map(([object, tag]) =>
    changeOf(
      `label(${object}, ${String(tag)})`,
      object,
      () => ({ metadata: { labels: { tag: tag ? 'yes' : null } } }),
      (one) => void (one.tag = tag),
    ),
  ),
  fc.tuple(name, fc.boolean()).map(([object, foreign]) =>
    changeOf(
      `foreign(${object}, ${String(foreign)})`,
      object,
      ({ held }) => finalizers(held, foreign),
      // What is being deleted gets no new finalizers.
      (one) => void (one.foreign = foreign),
    ),
  ),
  name.map((object): Act => ({
    what: `delete(${object})`,
    object,
    needs: 'object',
    inModel: (model) => reference.change(model, object, (one) => void (one.deleting = true)),
    inReal: (real) => real.cluster.delete(object),
  })),
);

function isPossible({ needs, object, what }: Act, model: Readonly<Model>): boolean {
  const known = model.objects.get(object);
  if (needs === 'nothing') return known === undefined;
  return known !== undefined && !(known.deleting && what.startsWith('foreign') && what.includes('true') && !known.foreign);
}

/** Everything that can be seen from outside is as the model says. */
function compare(model: Model, real: RealWorld, calls: (all: readonly Call[]) => unknown = byObject): void {
  expectSame(calls(real.calls), calls(model.calls));
  real.calls.length = 0;
  model.calls.length = 0;
  expectSame(real.cluster.objects.map(abstractOf).sort(byName), [...model.objects.values()].map(abstractModel).sort(byName));
  if (!model.isUp || model.isCut) return;
  const held = real.operator.inspect().collections.flatMap(({ objects }) => objects);
  expectSame(held.map((object) => object.name).sort(), [...model.objects.keys()].sort());
  for (const versions of real.heard.values())
    expectSame(
      versions.map(Number),
      [...new Set(versions.map(Number))].sort((x, y) => x - y),
    );
  if (!model.rich) return;
  expectSame(
    held.map(({ uid }) => real.heard.get(uid)?.at(-1)),
    held.map(({ resourceVersion }) => resourceVersion),
  );
}

/** Text is compared much faster than `expect` does; what differs is left to it. */
function expectSame(real: unknown, model: unknown): void {
  if (JSON.stringify(real) !== JSON.stringify(model)) expect(real).toEqual(model);
}

/** Different objects are handled in any order. */
function byObject(calls: readonly Call[]): unknown {
  return Object.fromEntries(['a', 'b', 'c'].map((object) => [object, calls.filter((call) => call.object === object)]));
}

function byName(a: unknown, b: unknown): number {
  return (a as { name: string }).name.localeCompare((b as { name: string }).name);
}

function abstractModel(object: ModelObject): unknown {
  const records = [...object.records].map(([id, { purpose, retries, finished, delayed }]) => [id, purpose, retries, finished, delayed]);
  const { name: itself, held, foreign, deleting, stored, status } = object;
  records.sort((a, b) => String(a[0]).localeCompare(String(b[0])));
  return { name: itself, essence: reference.essenceOf(object), held, foreign, deleting, stored, records, status };
}

const doing = (one: Act): Command => ({
  check: (model) => isPossible(one, model),
  async run(model, real) {
    one.inModel(model);
    one.inReal(real);
    await real.rest();
    compare(model, real);
  },
  toString: () => one.what,
});

/**
 * The operator dies at a write that follows from this, and another begins at once. What it did not acknowledge is repeated: of the object
 * concerned only that everything was called that had to be, at most once more, is compared, and where it all ends.
 */
const dyingAt = (one: Act, death: Death): Command => ({
  check: (model) => model.isUp && !model.isCut && isPossible(one, model),
  async run(model, real) {
    for (const scripts of [model.scripts, real.scripts]) scripts.delete(one.object);
    real.session.dieAt(death);
    one.inModel(model);
    one.inReal(real);
    await real.rest();
    const hasDied = real.session.isDead;
    real.session.dieAt(undefined);
    if (!hasDied) return compare(model, real);
    await real.start();
    await real.rest();
    const before = [...model.calls];
    reference.start(model);
    const called = (all: readonly Call[]) => new Set(all.filter(({ object }) => object === one.object).map(({ handler }) => handler));
    for (const handler of called(before)) if (handler !== 'back') expect(called(real.calls)).toContain(handler);
    for (const handler of reference.HANDLERS)
      expect(real.calls.filter((call) => call.object === one.object && call.handler === handler).length).toBeLessThanOrEqual(2);
    const after = model.objects.get(one.object);
    // A creation that was handled in this life is not resumed, one of the life before is.
    if (after?.records.size === 0) after.handledOnce = true;
    const others = (all: readonly Call[]): unknown => byObject(all.filter(({ object }) => object !== one.object));
    compare(model, real, others);
  },
  toString: () => `${one.what}, dying ${death.point} write ${String(death.nth)}`,
});

const simple = (
  what: string,
  check: (model: Readonly<Model>) => boolean,
  run: (model: Model, real: RealWorld) => Promise<void>,
): Command => ({
  check,
  async run(model, real) {
    await run(model, real);
    await real.rest();
    compare(model, real);
  },
  toString: () => what,
});

const script = fc.array(fc.constantFrom<Script>('ok', 'temporary', 'error', 'permanent'), { minLength: 1, maxLength: 3 });

/** All that may happen. */
export const commands: fc.Arbitrary<Command>[] = [
  ...Array.from({ length: 5 }, () => act.map(doing)),
  fc
    .tuple(act, fc.record({ nth: fc.integer({ min: 1, max: 3 }), point: fc.constantFrom('before' as const, 'after' as const) }))
    .map(([one, death]) => dyingAt(one, death)),
  fc.tuple(name, script).map(([object, outcomes]) =>
    simple(
      `script(${object}, ${outcomes.join(' ')})`,
      () => true,
      (model, real) => {
        model.scripts.set(object, [...outcomes]);
        real.scripts.set(object, [...outcomes]);
        return Promise.resolve();
      },
    ),
  ),
  fc.integer({ min: 1, max: 120 }).map((seconds) =>
    simple(
      `advance(${String(seconds)})`,
      (model) => !model.isCut,
      async (model, real) => {
        reference.advance(model, seconds * 1000);
        await real.advance(seconds * 1000);
      },
    ),
  ),
  fc.constant(
    simple(
      'crash',
      (model) => model.isUp,
      (model, real) => {
        reference.crash(model);
        real.crash();
        return Promise.resolve();
      },
    ),
  ),
  fc.constant(
    simple(
      'start',
      (model) => !model.isUp,
      async (model, real) => {
        reference.start(model);
        await real.start();
      },
    ),
  ),
  fc.constant(
    simple(
      'cut',
      (model) => model.isUp && !model.isCut,
      (model, real) => {
        model.isCut = true;
        real.session.cut();
        return Promise.resolve();
      },
    ),
  ),
  fc.constant(
    simple(
      'heal',
      (model) => model.isCut,
      (model, real) => {
        reference.heal(model);
        real.session.heal();
        return Promise.resolve();
      },
    ),
  ),
];
