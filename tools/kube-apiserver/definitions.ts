/**
 * Kinds on a real control plane. A definition is followed by several caches, each at a time of its own: by what serves objects, by
 * discovery, and by what puts the discovery of all servers together. Who goes on when one of them is up to date races with the others.
 */
import { createAsk, type Ask, type ServerPlace } from './ask-server.js';
import { PATIENCE_MS, untilTrue } from './patience.js';

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

interface DefinedVersion {
  readonly name: string;
  readonly served: boolean;
  readonly subresources?: { readonly status?: object } | null;
}

interface Definition {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly scope: string;
    readonly names: { readonly plural: string };
    readonly versions: readonly DefinedVersion[];
  };
}

/** Makes a kind, when its predecessor is gone, and waits until it is served and everybody is told of it. */
export async function define(place: ServerPlace, definition: object): Promise<void> {
  const ask = createAsk(place);
  const asked = definition as Definition;
  await untilTrue(`${asked.metadata.name} can be made`, async () => {
    const { status, body } = await ask('POST', DEFINITIONS, { body: definition });
    if (status === 201) return true;
    // One before it may be on its way out, or be what a suite before this one left.
    if (status === 409) await ask('DELETE', `${DEFINITIONS}/${asked.metadata.name}`);
    else throw new Error(`${asked.metadata.name} was answered ${String(status)}: ${JSON.stringify(body)}`);
    return false;
  });
  await untilServed(place, asked);
}

/** Changes a definition, and waits until objects are served as it says. */
export async function redefine(place: ServerPlace, name: string, change: (definition: object) => object): Promise<void> {
  const ask = createAsk(place);
  const path = `${DEFINITIONS}/${name}`;
  let changed: object | undefined;
  // Its controllers write to it, too.
  await untilTrue(`${name} is changed`, async () => {
    const found = await ask('GET', path);
    if (found.status !== 200) throw new Error(`${name} was answered ${String(found.status)}`);
    const { status, body } = await ask('PUT', path, { body: change(found.body as object) });
    if (status !== 200 && status !== 409) throw new Error(`the change of ${name} was answered ${String(status)}: ${JSON.stringify(body)}`);
    changed = status === 200 ? (body as object) : undefined;
    return changed !== undefined;
  });
  await untilServed(place, changed ?? {});
}

/** Removes a kind with its objects, whatever holds them, and waits until nobody serves it and nobody tells of it. */
export async function undefine(place: ServerPlace, definition: object): Promise<void> {
  const ask = createAsk(place);
  const { metadata, spec } = definition as Definition;
  const path = `${DEFINITIONS}/${metadata.name}`;
  await ask('DELETE', path);
  await untilTrue(`${metadata.name} is gone`, async () => {
    if ((await ask('GET', path)).status === 404) return true;
    for (const { name } of spec.versions) await letGo(ask, `/apis/${spec.group}/${name}`, spec.names.plural);
    return false;
  });
  await untilServed(place, { metadata, spec: { ...spec, versions: spec.versions.map((version) => ({ ...version, served: false })) } });
}

/** What an object holds by a finalizer keeps its kind for ever. */
async function letGo(ask: Ask, place: string, plural: string): Promise<void> {
  const { status, body } = await ask('GET', `${place}/${plural}`);
  if (status !== 200) return;
  const { items } = body as { readonly items: readonly { readonly metadata: HeldMetadata }[] };
  for (const { metadata } of items) {
    if (metadata.finalizers === undefined) continue;
    const namespace = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`;
    await ask('PATCH', `${place}${namespace}/${plural}/${metadata.name}`, { body: { metadata: { finalizers: null } } });
  }
}

interface HeldMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly finalizers?: readonly string[];
}

/** Waits until objects are served as the definition says, and everybody is told so. */
export async function untilServed(place: ServerPlace, definition: object): Promise<void> {
  const ask = createAsk(place);
  const { metadata, spec } = definition as Definition;
  const endMs = performance.now() + PATIENCE_MS;
  for (const version of spec.versions) {
    await untilTrue(
      `${metadata.name} is served in ${version.name} as its definition says`,
      async () => (await areObjectsServed(ask, spec, version)) && (await isTold(ask, spec, version)),
      endMs - performance.now(),
    );
  }
}

/** Whether there is a status is told by what it says to a request that it never does: 405 to an endpoint, 404 to none. */
async function areObjectsServed(ask: Ask, { group, scope, names }: Definition['spec'], version: DefinedVersion): Promise<boolean> {
  const place = `/apis/${group}/${version.name}`;
  const { status } = await ask('GET', `${place}/${names.plural}?limit=1`);
  if (!version.served) return status === 404;
  if (status === 404 || status === 503) return false;
  const namespace = scope === 'Namespaced' ? '/namespaces/default' : '';
  const answer = await ask('POST', `${place}${namespace}/${names.plural}/none/status`, { body: {} });
  return answer.status === (hasStatus(version) ? 405 : 404);
}

interface ToldResource {
  readonly resource: string;
  readonly verbs: readonly string[];
  readonly subresources?: readonly { readonly subresource: string }[];
}

/** Discovery of all servers; of a kind that is on its way out it leaves out that objects can be created. */
async function isTold(ask: Ask, { group, names }: Definition['spec'], version: DefinedVersion): Promise<boolean> {
  const { status, body } = await ask('GET', '/apis', { accept: AGGREGATED });
  if (status !== 200) return false;
  const { items } = body as {
    readonly items: readonly {
      readonly metadata: { readonly name: string };
      readonly versions: readonly { readonly version: string; readonly resources?: readonly ToldResource[] }[];
    }[];
  };
  const told = items
    .find(({ metadata }) => metadata.name === group)
    ?.versions.find((one) => one.version === version.name)
    ?.resources?.find(({ resource }) => resource === names.plural);
  if (!version.served || told === undefined) return version.served === (told !== undefined);
  const isStatusTold = told.subresources?.some(({ subresource }) => subresource === 'status') ?? false;
  return told.verbs.includes('create') && isStatusTold === hasStatus(version);
}

const hasStatus = ({ subresources }: DefinedVersion): boolean => subresources?.status !== undefined;
