// A drawn story as a workload: it is told and judged like those that people wrote.
import type { ObjectBody } from '@kopfts/core';
import type { NewObject } from '../cluster-driver.js';
import { customResourceDefinition } from '../custom-resource-definition.js';
import { HarnessRefusedError } from '../errors.js';
import type { Harness } from '../harness.js';
import type { OperatorModel, Violation } from '../invariants/invariant.js';
import type { Workload } from '../sweep/workload.js';
import type { Stores } from '../sweep/workloads.js';
import { DRAWN_KINDS, type DrawnCommand, type DrawnHandler, type DrawnObject, type DrawnStory } from './draw-story.js';
import { configOfStory, LABEL, modelOfStory } from './drawn-operator.js';

/** Workloads of this name are drawn by the seed of the plan. */
export const DRAWN = 'drawn';
const RESTART_AFTER = '1s';
/** What an operator leaves on objects that it is done with. */
const KEPT: readonly string[] = ['last-handled-configuration', 'kopf-managed'];
const KINDS = { first: 'KopfExample', second: 'KopfSecond' } as const;
/** The kinds of all drawn stories. */
export const DRAWN_CRDS = [
  customResourceDefinition({ group: 'kopf.dev', kind: KINDS.first }),
  customResourceDefinition({ group: 'kopf.dev', kind: KINDS.second, status: false }),
];

/** What somebody takes away or spoils in a story is its first object. */
const VICTIM = newObject({ kind: 'first', name: 'a' });

/** A story without the handlers and commands that are named. */
export function storyWithout(story: DrawnStory, names: readonly string[]): DrawnStory {
  const kept = <T extends { readonly name: string }>(all: readonly T[]): readonly T[] => all.filter(({ name }) => !names.includes(name));
  return { ...story, handlers: kept(story.handlers), commands: kept(story.commands) };
}

export function createDrawnWorkload(story: DrawnStory, stores: Stores): Workload {
  const served = DRAWN_KINDS.filter((kind) => story.handlers.some((handler) => handler.kind === kind));
  const [model = modelOfStory(story, 'first'), ...otherKinds] = served.map((kind) => modelOfStory(story, kind));
  return {
    name: DRAWN,
    crds: DRAWN_CRDS,
    config: configOfStory(story, stores),
    rarely: story.setup.rarely,
    mayFail: story.handlers.some(({ retries, endsBadly }) => retries !== undefined || endsBadly),
    model,
    otherKinds,
    object: VICTIM,
    prepare: () => Promise.resolve(),
    act: async (world) => {
      world.keepAlive(0);
      await world.advance(RESTART_AFTER);
      world.keepAlive(RESTART_AFTER);
      for (const command of story.commands) {
        await world.advance(command.afterMs / 1000);
        await carryOut(world, command.act);
      }
    },
    remove: async (world) => {
      await takeAway(world, VICTIM);
    },
    replace: async (world) => {
      await takeAway(world, VICTIM);
      await world.create(VICTIM);
    },
    verdict: (world) => judgeEnd(world, story),
  };
}

function newObject({ kind, name }: DrawnObject): NewObject & { readonly metadata: { readonly name: string; readonly namespace: string } } {
  return { apiVersion: 'kopf.dev/v1', kind: KINDS[kind], metadata: { name, namespace: 'default' }, spec: { size: 1 } };
}

/** By force, whatever holds it. */
async function takeAway(world: Harness, object: ReturnType<typeof newObject>): Promise<boolean> {
  const isThere = await isDone(world.patch(object, { metadata: { finalizers: [] } }));
  if (isThere) await isDone(world.delete(object));
  return isThere;
}

const MISSING = 404;
const EXISTS = 409;

/** False if it cannot be done since the object is not there, or since it is there already. */
async function isDone(deed: Promise<unknown>): Promise<boolean> {
  try {
    await deed;
    return true;
  } catch (error) {
    if (error instanceof HarnessRefusedError && (error.status === MISSING || error.status === EXISTS)) return false;
    throw error;
  }
}

/** What cannot be done is not done: nobody edits what is not there. */
async function carryOut(world: Harness, act: DrawnCommand['act']): Promise<void> {
  switch (act.do) {
    case 'stop':
      if (world.running) await world.stop();
      return;
    case 'kill':
      world.kill();
      return;
    case 'break':
      world.breakWatches();
      return;
    case 'compact':
      world.server.compact();
      return;
    default:
      await changeObject(world, act);
  }
}

async function changeObject(world: Harness, act: Extract<DrawnCommand['act'], { readonly object: DrawnObject }>): Promise<void> {
  const object = newObject(act.object);
  switch (act.do) {
    case 'create':
      await isDone(world.create(object));
      return;
    case 'delete':
      await isDone(world.delete(object));
      return;
    case 'replace':
      if (await takeAway(world, object)) await world.create(object);
      return;
    case 'size':
      await isDone(world.patch(object, { spec: { size: act.size } }));
      return;
    case 'color':
      await isDone(world.patch(object, { spec: { color: act.color } }));
      return;
    case 'label':
      await isDone(world.patch(object, { metadata: { labels: { [LABEL]: act.on ? 'yes' : null } } }));
  }
}

/** L1, without an undisturbed run to compare with: what goes is gone, and what is there says what its handlers make of it. */
async function judgeEnd(world: Harness, story: DrawnStory): Promise<readonly Violation[]> {
  const violations: Violation[] = [];
  for (const kind of DRAWN_KINDS) {
    const handlers = story.handlers.filter((handler) => handler.kind === kind);
    if (handlers.length === 0) continue;
    const model = modelOfStory(story, kind);
    for (const body of await world.list({ apiVersion: 'kopf.dev/v1', kind: KINDS[kind] }))
      violations.push(...wrongWith(body, handlers, model).map((message): Violation => ({ invariant: 'L1', message, seq: undefined })));
  }
  return violations;
}

function wrongWith(body: ObjectBody, handlers: readonly DrawnHandler[], model: OperatorModel): readonly string[] {
  const { name, deletionTimestamp, finalizers = [] } = body.metadata;
  if (deletionTimestamp !== undefined) return [`${name} is still there, held by ${finalizers.join(', ')}`];
  const wanted = handlers.some((handler) => asksForFinalizer(handler, body));
  const held = finalizers.includes(model.finalizer);
  if (wanted !== held) return [`${name} ${held ? 'has' : 'lacks'} the finalizer of the operator`];
  return leftoversOf(body, model).map((key) => `${name} still has ${key}, though all is handled`);
}

/** Nothing of what was going on stays on the object, but what was handled last. */
function leftoversOf({ metadata }: ObjectBody, { annotationPrefix }: OperatorModel): readonly string[] {
  const kept = KEPT.map((name) => `${annotationPrefix}/${name}`);
  return Object.keys(metadata.annotations ?? {}).filter((key) => key.startsWith(`${annotationPrefix}/`) && !kept.includes(key));
}

function asksForFinalizer({ family, optional, labelled }: DrawnHandler, body: ObjectBody): boolean {
  if (labelled && body.metadata.labels?.[LABEL] !== 'yes') return false;
  return family === 'delete' ? !optional : family === 'daemon' && optional;
}
