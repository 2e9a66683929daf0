import { type ChangeArgs, createRegistry, defineConfig, type Plugin, type Registry, resource } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import type { NewObject } from '../cluster-driver.js';
import { customResourceDefinition } from '../custom-resource-definition.js';
import type { Harness } from '../harness.js';
import type { ModelHandler, OperatorModel } from '../invariants/invariant.js';
import type { OperatorParts } from '../operator-instance.js';
import { adoptionHandlers, declareAdoption, judgeAdoption } from './adoption.js';
import { CANARY, plannedFailure, RETRY_SECONDS } from './planned-failure.js';
import { births, declareCounting, declareEdited, editedHandlers, edits, judgeCount } from './interleaved.js';
import { RIVAL } from './rivalry.js';
import type { Workload } from './workload.js';
import { RIGHTS, RIGHTS_OVER_CHILDREN, RIGHTS_WITH_INDEX } from './workload-rights.js';

interface Spec {
  readonly size: number;
}
interface Status {
  readonly size?: number;
}

const Example = resource<Spec, Status>({ group: 'kopf.dev', version: 'v1', plural: 'kopfexamples', kind: 'KopfExample' });
const NAME = 'sweep';
const object = {
  apiVersion: 'kopf.dev/v1',
  kind: 'KopfExample',
  metadata: { name: 'a', namespace: 'default' },
  spec: { size: 1, password: CANARY },
} satisfies NewObject;

const CHANGES = ['create', 'update', 'delete'] as const;

/** Two handlers for each change; the first one fails once. A finalizer, because deletion is handled. Every event and every start is heard. */
function declare(kopf: Registry): void {
  declareAs(kopf, '');
}

function declareAs(kopf: Registry, prefix: string): void {
  const failingFirst = ({ retry, reason, spec, patch }: ChangeArgs<Spec, Status>): void => {
    if (retry === 0) throw plannedFailure();
    if (reason !== 'delete' && prefix === '') patch.status.size = spec.size;
  };
  const second = ({ reason, spec }: ChangeArgs<Spec, Status>): unknown => (reason === 'delete' ? undefined : { size: spec.size });
  kopf.on.create(Example, { id: `${prefix}create-first` }, failingFirst);
  kopf.on.create(Example, { id: `${prefix}create-second` }, second);
  kopf.on.update(Example, { id: `${prefix}update-first` }, failingFirst);
  kopf.on.update(Example, { id: `${prefix}update-second` }, second);
  kopf.on.delete(Example, { id: `${prefix}delete-first` }, failingFirst);
  kopf.on.delete(Example, { id: `${prefix}delete-second` }, second);
  kopf.on.resume(Example, { id: `${prefix}resumed` }, () => undefined);
  kopf.on.event(Example, { id: `${prefix}heard` }, () => undefined);
}

const handlersAs = (prefix: string): readonly ModelHandler[] => [
  ...CHANGES.flatMap((change): readonly ModelHandler[] => [
    { id: `${prefix}${change}-first`, reasons: [change], plannedFailures: 1, retryDelayMs: RETRY_SECONDS * 1000 },
    { id: `${prefix}${change}-second`, reasons: [change] },
  ]),
  { id: `${prefix}resumed`, reasons: ['resume'] },
  { id: `${prefix}heard`, reasons: ['event'] },
];
const handlers = handlersAs('');

const modelOf = (handlers: readonly ModelHandler[], name = NAME, instances = 'operator'): OperatorModel => ({
  collection: 'kopf.dev/kopfexamples',
  annotationPrefix: `${name}.kopf.zalando.org`,
  finalizer: `${name}.kopf.zalando.org/finalizer`,
  handlers,
  isOwnActor: (actor) => actor.startsWith(`${instances}#`),
  rights: RIGHTS,
  canaries: [CANARY],
});

/**
 * A handler of creations with sub-handlers of sub-handlers, one of which fails once; some are waited for, one runs in the end.
 */
function declareTree(kopf: Registry): void {
  kopf.on.create(Example, { id: 'tree', retries: 1 }, async ({ register, execute, patch, spec }) => {
    register(() => 'late', { id: 'late' });
    await execute({
      leaf: () => 'leaf',
      branch: ({ register: below }) => {
        below(
          ({ retry }) => {
            if (retry === 0) throw plannedFailure();
            return 'twig';
          },
          { id: 'twig' },
        );
        return 'branch';
      },
    });
    patch.status.size = spec.size;
  });
}

const treeHandlers: readonly ModelHandler[] = [
  { id: 'tree', reasons: ['create'], plannedFailures: 1 },
  { id: 'tree/leaf', reasons: ['create'] },
  { id: 'tree/branch', reasons: ['create'], plannedFailures: 1 },
  { id: 'tree/branch/twig', reasons: ['create'], plannedFailures: 1, retryDelayMs: RETRY_SECONDS * 1000 },
  { id: 'tree/late', reasons: ['create'] },
];

const TICKS = 3;
/** A daemon takes its time. */
const ENDING_MS = 500;

/** A daemon that the object waits for, and a timer that counts to three. */
function declareBackground(kopf: Registry, { clock }: OperatorParts): void {
  kopf.daemon(Example, { id: 'waits', finalizer: true }, async ({ stopped }) => {
    await stopped.wait();
    await clock.sleep(ENDING_MS, new AbortController().signal);
  });
  kopf.timer(Example, { id: 'counts', interval: 1, when: ({ status }) => (status.size ?? 0) < TICKS }, ({ status, patch }) => {
    patch.status.size = (status.size ?? 0) + 1;
  });
}

const backgroundHandlers: readonly ModelHandler[] = [
  { id: 'waits', reasons: ['daemon'] },
  { id: 'counts', reasons: ['timer'] },
];

async function remove(world: Harness): Promise<void> {
  if ((await world.get(object)) === undefined) return;
  await world.patch(object, { metadata: { finalizers: [] } });
  if ((await world.get(object)) !== undefined) await world.delete(object);
}

const handled = async (world: Harness): Promise<void> => {
  await world.start();
  await world.create(object);
  await world.advance(RETRY_SECONDS * 2);
};

/** What keeps progress and diff base, made anew for each life: `() => [annotations()]`. */
export type Stores = () => readonly Plugin[];

/** An operator: what it declares, what it promises by that, and how it asks for what there is at the start. */
interface Declared {
  readonly name?: string;
  readonly declare: (kopf: Registry, parts: OperatorParts) => void;
  readonly model: OperatorModel;
  readonly initialList?: 'auto' | 'pages';
}

const common = (stores: Stores, { name = NAME, declare, model, initialList = 'auto' }: Declared) => ({
  crds: [customResourceDefinition({ group: 'kopf.dev', kind: 'KopfExample' })],
  config: (parts: OperatorParts) => {
    const { transport } = parts;
    const kopf = createRegistry();
    declare(kopf, parts);
    return defineConfig({ name, handlers: [kopf], plugins: [kubernetes({ transport, initialList }), ...stores()] });
  },
  model,
  object,
  remove,
  replace: async (world: Harness): Promise<void> => {
    await remove(world);
    await world.create(object);
  },
});

/**
 * The stories of an object's life, one change each: `create`, `update`, `delete`; `pages`, an update where lists come in pages, not as
 * streams; `tree`, a creation with sub-handlers; `background` and `background-end`, a timer and a daemon; `adoption` and `adopted`, the
 * creation and update of an object with children; `edited` and `counted`, that hang on who is first; and `two-operators`, where another operator handles creation and deletion of the same object.
 */
export function createWorkloads(stores: Stores): readonly Workload[] {
  const parts = common(stores, { declare, model: modelOf(handlers) });
  const creation: Workload = {
    ...parts,
    name: 'create',
    prepare: () => Promise.resolve(),
    act: async (world) => {
      await world.create(object);
      world.keepAlive(0);
    },
  };
  const update: Workload = {
    ...parts,
    name: 'update',
    anew: creation,
    prepare: handled,
    act: async (world) => {
      await world.patch(object, { spec: { size: 2 } });
    },
  };
  const deletion: Workload = { ...parts, name: 'delete', anew: creation, prepare: handled, act: (world) => world.delete(object) };
  const inPages = common(stores, { declare, model: modelOf(handlers), initialList: 'pages' });
  const pages: Workload = { ...update, ...inPages, name: 'pages', anew: { ...creation, ...inPages } };
  const tree: Workload = { ...creation, ...common(stores, { declare: declareTree, model: modelOf(treeHandlers) }), name: 'tree' };
  return [
    creation,
    update,
    pages,
    deletion,
    tree,
    ...backgrounds(stores, creation),
    ...adoptions(stores, { creation, update }),
    ...rivalries(stores, { creation, deletion }),
    ...interleavings(stores, { creation, update }),
  ];
}

/** What runs beside the changes, and what holds an object that goes. */
function backgrounds(stores: Stores, creation: Workload): readonly Workload[] {
  const background: Workload = {
    ...creation,
    ...common(stores, { declare: declareBackground, model: modelOf(backgroundHandlers) }),
    name: 'background',
    pairsEvery: 2,
  };
  const ending: Workload = {
    ...background,
    name: 'background-end',
    anew: background,
    prepare: async (world) => {
      await handled(world);
      await world.advance(TICKS);
    },
    act: (world) => world.delete(object),
  };
  return [background, ending];
}

/** Whatever comes first, the end is the same. */
function interleavings(stores: Stores, { creation, update }: Readonly<Record<'creation' | 'update', Workload>>): readonly Workload[] {
  const strategies = ['pct', 'delays'] as const;
  const counting = common(stores, {
    declare: (kopf) => declareCounting(kopf, 'kopfexamples'),
    model: { ...modelOf([]), alsoHolds: ['configmaps'], rights: RIGHTS_WITH_INDEX },
  });
  const editing = common(stores, {
    declare: (kopf, world) => declareEdited(kopf, 'kopfexamples', world),
    model: modelOf(editedHandlers),
  });
  const edited: Workload = {
    ...update,
    ...editing,
    name: 'edited',
    anew: { ...creation, ...editing },
    act: edits(object),
    strategies,
    schedules: 40,
  };
  const counted: Workload = {
    ...creation,
    ...counting,
    name: 'counted',
    prepare: (world) => world.start(),
    act: births(object),
    verdict: (world) => judgeCount(world, object),
    strategies,
    schedules: 40,
  };
  return [edited, counted];
}

/** What becomes of children is judged beside the histories of the object, which others may not change meanwhile. */
function adoptions(stores: Stores, { creation, update }: Readonly<Record<'creation' | 'update', Workload>>): readonly Workload[] {
  const adopting = {
    ...common(stores, {
      declare: (kopf) => declareAdoption(kopf, 'kopfexamples'),
      model: { ...modelOf(adoptionHandlers), alsoHolds: ['configmaps'], rights: RIGHTS_OVER_CHILDREN },
    }),
    verdict: (world: Harness) => judgeAdoption(world, object),
  };
  const adoption: Workload = {
    ...creation,
    ...adopting,
    name: 'adoption',
    pairsEvery: 7,
    // Not `pause`: a handler that reads for itself may fail by it, and is right to be tried again.
    strategies: ['crash', 'pairs', 'watch', 'error', 'stale', 'unobserved'],
  };
  const adopted: Workload = { ...update, ...adopting, name: 'adopted', anew: adoption, strategies: ['crash', 'watch', 'error'] };
  return [adoption, adopted];
}

/** Both have a finalizer and progress of their own on the object; when it goes, both have to let it go. */
function rivalries(stores: Stores, { creation, deletion }: Readonly<Record<'creation' | 'deletion', Workload>>): readonly Workload[] {
  const { config, model } = common(stores, {
    name: RIVAL,
    declare: (kopf) => declareAs(kopf, `${RIVAL}-`),
    model: modelOf(handlersAs(`${RIVAL}-`), RIVAL, RIVAL),
  });
  const born: Workload = { ...creation, name: 'two-operators', rival: { config, model }, strategies: ['crash', 'pairs'], pairsEvery: 7 };
  const end: Workload = {
    ...born,
    name: 'two-operators-end',
    anew: born,
    prepare: (world) => deletion.prepare(world),
    act: (world) => deletion.act(world),
  };
  return [born, end];
}
