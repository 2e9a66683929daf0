// Stories whose outcome may hang on who is first: what people do becomes ready along with everything else, in any order.
import type { ReconcileArgs, Registry } from '@kopfts/core';
import type { NewObject } from '../cluster-driver.js';
import type { Harness } from '../harness.js';
import type { ModelHandler, Violation } from '../invariants/invariant.js';
import type { OperatorParts } from '../operator-instance.js';

const CHILDREN = ['one', 'two', 'late'] as const;

/** Somebody does this, sooner or later: when its turn comes. What the same person does keeps its order. */
function sooner(world: Harness, person: object, act: () => Promise<unknown>): void {
  world.scheduler.enqueue(person, () => {
    act().catch(() => undefined); // an object that somebody took away cannot be changed
  });
}

/** D8: two handlers of each change that take their time, so that others come between them. */
export function declareEdited(kopf: Registry, selector: string, { clock }: OperatorParts): void {
  const slowly = async ({ spec }: { readonly spec: unknown }): Promise<unknown> => {
    await clock.sleep(1, new AbortController().signal);
    return { size: (spec as { readonly size: number }).size };
  };
  for (const id of ['first', 'second']) {
    kopf.on.create(selector, { id: `create-${id}` }, slowly);
    kopf.on.update(selector, { id: `update-${id}` }, slowly);
  }
}

/** What those promise. */
export const editedHandlers: readonly ModelHandler[] = (['create', 'update'] as const).flatMap((reason) =>
  ['first', 'second'].map((id) => ({ id: `${reason}-${id}`, reasons: [reason] })),
);

/** D8: a change, and two more that come whenever they come: before the handlers of the first one, between them, or after. */
export function edits(object: NewObject): (world: Harness) => Promise<void> {
  return async (world) => {
    await world.patch(object as never, { spec: { size: 2 } });
    const person = {};
    for (const size of [3, 4]) sooner(world, person, () => world.patch(object as never, { spec: { size } }));
  };
}

/** B17: an owner that counts its children by an index of another kind; they are born in any order, while the operator runs. */
export function declareCounting(kopf: Registry, selector: string): void {
  const children = kopf.index('configmaps', ({ name, labels }) => ({ [labels['of'] ?? '']: name }));
  const keys = ({ name }: { readonly name: string }): readonly string[] => [name];
  kopf.on.reconcile(selector, { id: 'count', dependsOn: [{ index: children, keys }] }, ({ index, name, patch, status }: ReconcileArgs) => {
    const count = [...index(children).get(name)].length;
    if ((status as { readonly children?: number }).children !== count) (patch.status as { children?: number }).children = count;
  });
}

/** The owner and two children become ready in one moment; when that is settled, one more comes. */
export function births(object: NewObject & { readonly metadata: { readonly name: string } }): (world: Harness) => Promise<void> {
  const child = (name: string): NewObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'default', labels: { of: object.metadata.name } },
  });
  return async (world) => {
    world.keepAlive(0);
    for (const born of [child(CHILDREN[0]), object, child(CHILDREN[1])]) sooner(world, {}, () => world.create(born));
    await world.advance('1s');
    sooner(world, {}, () => world.create(child(CHILDREN[2])));
    await world.settle();
  };
}

/** In the end the owner knows how many there are. */
export async function judgeCount(world: Harness, object: Parameters<Harness['get']>[0]): Promise<readonly Violation[]> {
  const status = (await world.get(object))?.['status'] as { readonly children?: number } | undefined;
  if (status?.children === CHILDREN.length) return [];
  return [
    { invariant: 'B17', message: `the owner counts ${String(status?.children)} of ${String(CHILDREN.length)} children`, seq: undefined },
  ];
}
