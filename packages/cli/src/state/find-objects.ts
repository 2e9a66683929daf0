// The objects that an operator handles, as its handlers and namespaces say.
import {
  matchesResource,
  mergeHandlers,
  parseConfig,
  parseSelector,
  resolveSelectors,
  selectorText,
  type ClusterClient,
  type CollectionRef,
  type HandlerId,
  type ObjectView,
  type OperatorConfig,
  type Resource,
  type SelectorInput,
} from '@kopfts/core';
import { listObjects } from '../cluster/list-objects.js';
import type { ObjectName } from '../cluster/object-name.js';
import { UsageError } from '../errors.js';

/** A kind, and whose records its objects may have. */
export interface HandledKind {
  readonly resource: Resource;
  readonly changeIds: readonly HandlerId[];
}

/** All kinds with handlers of changes, or those of them that are asked for. @throws UsageError for one that nobody handles. */
export async function handledKinds(
  client: ClusterClient,
  { config, kinds }: { readonly config: OperatorConfig; readonly kinds: readonly SelectorInput[] },
  signal: AbortSignal,
): Promise<readonly HandledKind[]> {
  const handlers = mergeHandlers(parseConfig(config).registries);
  const selectors = handlers.map(({ selector }) => selector);
  const { resources } = await client.resolve(selectors, signal);
  const { served } = resolveSelectors(selectors, resources);
  const asked = kinds.map(parseSelector);
  const handled = [...served.values()].map(({ resource, selectors: own }) => ({
    resource,
    changeIds: [...new Set(handlers.filter(({ family, selector }) => family === 'change' && own.includes(selector)).map(({ id }) => id))],
  }));
  const idle = asked.find((selector) => !handled.some(({ resource }) => matchesResource(selector, resource)));
  if (idle) throw new UsageError(`No handler is declared for '${selectorText(idle)}', or the cluster does not serve it.`);
  return handled.filter(({ resource }) => asked.length === 0 || asked.some((selector) => matchesResource(selector, resource)));
}

/** All objects of a kind: those of the namespaces that are named, or of all where patterns are. */
export async function objectsOf(
  client: ClusterClient,
  { resource, config }: { readonly resource: Resource; readonly config: OperatorConfig },
  signal: AbortSignal,
): Promise<readonly ObjectView[]> {
  const { namespaces } = parseConfig(config);
  const isNamed = resource.namespaced && namespaces !== undefined && namespaces.every((name) => /^[-a-z0-9]+$/.test(name));
  const places: readonly CollectionRef[] = (isNamed ? namespaces : [undefined]).map((namespace) => ({ resource, namespace }));
  const found: ObjectView[] = [];
  for (const of of places) found.push(...(await listObjects(client, { of }, signal)));
  return found;
}

/** `undefined` if there is none. */
export async function findObject(
  client: ClusterClient,
  { resource, at }: { readonly resource: Resource; readonly at: ObjectName },
  signal: AbortSignal,
): Promise<ObjectView | undefined> {
  const of = { resource, namespace: at.namespace };
  const found = await listObjects(client, { of, options: { fieldSelector: `metadata.name=${at.name}` } }, signal);
  return found[0];
}
