// What only a cluster can tell of a configuration: rights that are missing, and fields that its kinds do not have.
import {
  resolveSelectors,
  resourceName,
  selectorText,
  type AnyHandler,
  type ClusterClient,
  type OperatorConfig,
  type Resource,
} from '@kopfts/core';
import type { Advice } from '../check-advice.js';
import { missingRights, rightText, type KindNeeds } from './missing-rights.js';
import { unknownField } from './unknown-field.js';

/** What is to be checked. */
export interface CheckedConfig {
  readonly config: OperatorConfig;
  readonly handlers: readonly AnyHandler[];
}

/** Of handlers, or of the whole. */
export type ClusterAdvice = Advice | { readonly id: undefined; readonly place: undefined; readonly says: string };

/** Asks the cluster; changes nothing. @throws KopfError if it does not answer. */
export async function adviceOfCluster(
  client: ClusterClient,
  { config, handlers }: CheckedConfig,
  signal: AbortSignal,
): Promise<readonly ClusterAdvice[]> {
  const selectors = handlers.map(({ selector }) => selector);
  const { resources } = await client.resolve(selectors, signal);
  const { served } = resolveSelectors(selectors, resources);
  const kinds = [...served.values()].map(({ resource, selectors: own }) => ({
    resource,
    handlers: handlers.filter(({ selector }) => own.includes(selector)),
  }));
  const unserved = handlers.filter((handler) => !kinds.some((kind) => kind.handlers.includes(handler)));
  return [
    ...unserved.map((handler) => advise(handler, `the cluster does not serve '${selectorText(handler.selector)}': it waits until it does`)),
    ...(await adviceOnFields(client, kinds, signal)),
    ...(await adviceOnRights(client, { kinds: kinds.map(needsOf), namespaces: config.namespaces }, signal)),
  ];
}

interface HandledKind {
  readonly resource: Resource;
  readonly handlers: readonly AnyHandler[];
}

function needsOf({ resource, handlers }: HandledKind): KindNeeds {
  return { resource, patches: handlers.some(({ family }) => family !== 'event' && family !== 'index') };
}

function advise({ id, place }: AnyHandler, says: string): Advice {
  return { id, place, says };
}

async function adviceOnFields(client: ClusterClient, kinds: readonly HandledKind[], signal: AbortSignal): Promise<readonly Advice[]> {
  const advice: Advice[] = [];
  for (const { resource, handlers } of kinds) {
    const withFields = handlers.filter(({ field }) => field !== undefined);
    const schema = withFields.length === 0 ? undefined : await client.schema?.(resource, signal);
    if (schema === undefined) continue;
    for (const handler of withFields) {
      const unknown = unknownField(schema, handler.field ?? []);
      if (unknown === undefined) continue;
      const meant = unknown.nearest === undefined ? '' : `; did you mean ${unknown.nearest}?`;
      advice.push(advise(handler, `${resourceName(resource)} has no field ${unknown.path}${meant}`));
    }
  }
  return advice;
}

interface Needs {
  readonly kinds: readonly KindNeeds[];
  readonly namespaces: readonly string[] | undefined;
}

/** Rights in namespaces that a pattern names are not known before there are such namespaces. */
async function adviceOnRights(client: ClusterClient, { kinds, namespaces }: Needs, signal: AbortSignal): Promise<readonly ClusterAdvice[]> {
  const named = namespaces?.filter((name) => /^[-a-z0-9]+$/.test(name));
  const places: readonly (string | undefined)[] = named ?? [undefined];
  const clusterwide = kinds.filter(({ resource }) => !resource.namespaced);
  const asked = await Promise.all(
    places.map((place) =>
      ask(client, { place, kinds: place === undefined ? kinds : kinds.filter(({ resource }) => resource.namespaced) }, signal),
    ),
  );
  const above = named === undefined || clusterwide.length === 0 ? [] : await ask(client, { place: undefined, kinds: clusterwide }, signal);
  return [...asked.flat(), ...above].map((says) => ({ id: undefined, place: undefined, says }));
}

interface Asked {
  readonly place: string | undefined;
  readonly kinds: readonly KindNeeds[];
}

async function ask(client: ClusterClient, { place, kinds }: Asked, signal: AbortSignal): Promise<readonly string[]> {
  const rules = await client.rules?.(place, signal);
  if (rules === undefined) return [];
  const where = place === undefined ? 'in all namespaces' : `in the namespace ${place}`;
  const doubt = rules.isComplete ? '' : ', as far as the cluster can tell';
  return missingRights(kinds, rules).map((right) => `no right to ${rightText(right)} ${where}${doubt}: without it ${right.without}`);
}
