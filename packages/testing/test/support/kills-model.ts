import { createRegistry, defineConfig, type Json, type ObjectBody } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { createHarness, customResourceDefinition, type NewObject, type ObjectIdentity, type OperatorModel } from '@kopfts/testing';
import { maskedObject, placeOf } from '../../src/invariants/final-state.js';
import { survivors, type Act } from './kills-story.js';
import { declareWorkload, KIND, NAME, NAMESPACES, PLURAL, RETRY_DELAY_MS } from './kills-workload.mjs';

/** As histories call it. */
export const COLLECTION = `${KIND.group}/${PLURAL}`;
const API_VERSION = `${KIND.group}/v1`;
const PREFIX = `${NAME}.kopf.zalando.org`;

/** What the operator that is killed promises. */
export const model: OperatorModel = {
  collection: COLLECTION,
  annotationPrefix: PREFIX,
  finalizer: `${PREFIX}/finalizer`,
  handlers: [
    { id: 'name_it', reasons: ['create'] },
    { id: 'copy_late', reasons: ['create'], plannedFailures: 1, retryDelayMs: RETRY_DELAY_MS },
    { id: 'copy_again', reasons: ['update'] },
    { id: 'let_go', reasons: ['delete'] },
  ],
  isOwnActor: (actor) => actor.startsWith('operator#'),
  // 50 writes at most (`queueing.writeLimit`), and the few requests that look at what is served and list it.
  bounds: { longestQueue: 128, requestsInFlight: 60, streams: 50 },
};

/** What the objects that a story leaves are like in a world in which nobody dies and everybody has time. */
export async function undisturbed(story: readonly (readonly Act[])[]): Promise<Readonly<Record<string, Json>>> {
  const world = await createHarness({
    seed: 1,
    crds: [customResourceDefinition(KIND)],
    objects: NAMESPACES.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    config: ({ transport }) => {
      const kopf = createRegistry();
      declareWorkload(kopf);
      return defineConfig({ name: NAME, handlers: [kopf], plugins: [kubernetes({ transport }), annotations()] });
    },
  });
  try {
    await world.start();
    const lasting = [...survivors(story).values()];
    for (const { first } of lasting) await world.create(objectOf(first));
    await world.advance('10s');
    for (const { last } of lasting) await world.patch(objectOf(last), { spec: { value: last.value } });
    await world.advance('10s');
    return stateOf(await world.list({ apiVersion: API_VERSION, kind: KIND.kind }));
  } finally {
    await world.close();
  }
}

/** The object of an act. */
export function objectOf({ namespace, name, value }: Act): NewObject & ObjectIdentity {
  return { apiVersion: API_VERSION, kind: KIND.kind, metadata: { name, namespace }, spec: { value } };
}

/** In the form in which invariants compare states. */
export function stateOf(objects: readonly ObjectBody[]): Readonly<Record<string, Json>> {
  return Object.fromEntries(objects.map((body) => [placeOf(body), maskedObject(body, model)]));
}
