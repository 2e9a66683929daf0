import {
  errorText,
  identityOf,
  matchesResource,
  parseSelector,
  resourceName,
  type ClusterClient,
  type ObjectRef,
  type Resource,
} from '@kopfts/core';
import { EXIT_ERROR, EXIT_OK } from '../cli-io.js';
import type { CliIo } from '../cli-io.js';
import { listObjects, type ListedObject } from '../cluster/list-objects.js';
import { parseObjectName, type ObjectName } from '../cluster/object-name.js';
import { releaseFinalizer, type Release } from '../cluster/release-finalizer.js';
import { withCluster } from '../cluster/with-cluster.js';
import { clusterOf } from '../config-overrides.js';
import { UsageError } from '../errors.js';
import { loadForReading, type ReadingOptions } from '../load-for-reading.js';
import { jsonText, table } from '../output.js';

export interface ReleaseOptions extends ReadingOptions {
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

interface Found {
  readonly objects: readonly ListedObject[];
  /** Kinds that could not be looked at, and why. */
  readonly unseen: readonly { readonly kind: string; readonly why: string }[];
}

/** `kopf finalizers release`: the finalizer of an operator that is gone for good leaves one object, or all. */
export async function releaseFinalizers(io: CliIo, names: readonly string[], options: ReleaseOptions): Promise<number> {
  const wanted = names.map((text): WantedObject => ({ text, ...parseObjectName(text) }));
  checkUsage(wanted, options);
  const { config } = await loadForReading(io, [], options);
  const { finalizer } = identityOf(config.name);
  const ended = new AbortController();
  const stopListening = io.onSignal(() => ended.abort(new Error('it was asked to end')));
  try {
    return await withCluster({ config, cluster: clusterOf(options, io.cwd), signal: ended.signal }, async (client) => {
      const found = await find(client, { wanted, finalizer }, ended.signal);
      const isReady = options.yes === true || options.dryRun === true || found.objects.length === 0;
      const done = options.yes === true && options.dryRun !== true;
      const released = done ? await releaseAll(client, { found, finalizer }, ended.signal) : [];
      tell(io, options, { finalizer, found, released });
      if (!isReady) {
        throw new UsageError(`${counted(found.objects.length)} would lose the finalizer ${finalizer}; nothing was changed.`, {
          remedy: 'Stop the operator, then say so by --yes.',
        });
      }
      return found.unseen.length > 0 || released.some(({ result }) => result === 'refused') ? EXIT_ERROR : EXIT_OK;
    });
  } finally {
    stopListening();
  }
}

function checkUsage(wanted: readonly WantedObject[], { all }: ReleaseOptions): void {
  if (all === true && wanted.length > 0)
    throw new UsageError('--all and names of objects exclude each other.', { remedy: 'Give one of them.' });
  if (all !== true && wanted.length === 0) {
    throw new UsageError('Which objects are to be released is not said.', { remedy: 'Name them as KIND/NAMESPACE/NAME, or give --all.' });
  }
}

interface WantedObject extends ObjectName {
  readonly text: string;
}

interface Wanted {
  /** Empty: all. */
  readonly wanted: readonly WantedObject[];
  readonly finalizer: string;
}

async function find(client: ClusterClient, { wanted, finalizer }: Wanted, signal: AbortSignal): Promise<Found> {
  if (wanted.length > 0) return { objects: await findNamed(client, { wanted, finalizer }, signal), unseen: [] };
  const { resources } = await client.resolve([{ by: 'everything', group: undefined, version: undefined }], signal);
  const objects: ListedObject[] = [];
  const unseen: { kind: string; why: string }[] = [];
  for (const resource of resources.filter(isChangeable)) {
    try {
      objects.push(...(await listObjects(client, { of: { resource, namespace: undefined } }, signal)));
    } catch (error) {
      signal.throwIfAborted();
      unseen.push({ kind: resourceName(resource), why: errorText(error) });
    }
  }
  return { objects: objects.filter((object) => hasFinalizer(object, finalizer)), unseen };
}

/** In the version that its group prefers, or each object would be found several times. */
function isChangeable({ preferred, verbs }: Resource): boolean {
  return preferred && ['list', 'watch', 'patch'].every((verb) => verbs.includes(verb));
}

function hasFinalizer({ body }: ListedObject, finalizer: string): boolean {
  return body.metadata.finalizers?.includes(finalizer) === true;
}

/** @throws UsageError for a kind or an object that does not exist. */
async function findNamed(client: ClusterClient, { wanted, finalizer }: Wanted, signal: AbortSignal): Promise<readonly ListedObject[]> {
  const selectors = wanted.map(({ kind }) => parseSelector(kind));
  const { resources } = await client.resolve(selectors, signal);
  const objects: ListedObject[] = [];
  for (const [index, { text, kind, namespace, name }] of wanted.entries()) {
    const selector = selectors[index];
    const matching = resources.filter((one) => selector !== undefined && matchesResource(selector, one));
    const resource = matching.find(({ preferred }) => preferred) ?? matching[0];
    if (resource === undefined) throw new UsageError(`The cluster serves no '${kind}'.`, { remedy: 'Correct the kind of the object.' });
    const of = { resource, namespace };
    const found = await listObjects(client, { of, options: { fieldSelector: `metadata.name=${name}` } }, signal);
    const object = found.find(({ ref }) => ref.name === name && ref.namespace === namespace);
    if (object === undefined) throw new UsageError(`There is no object ${text}.`, { remedy: 'Correct its name, or give --all.' });
    if (hasFinalizer(object, finalizer)) objects.push(object);
  }
  return objects;
}

interface Released {
  readonly object: string;
  readonly result: Release['result'];
  readonly why?: string;
}

async function releaseAll(
  client: ClusterClient,
  { found, finalizer }: { readonly found: Found; readonly finalizer: string },
  signal: AbortSignal,
): Promise<readonly Released[]> {
  const released: Released[] = [];
  for (const object of found.objects) {
    try {
      released.push({ object: nameOf(object.ref), ...(await releaseFinalizer(client, { object, finalizer }, signal)) });
    } catch (error) {
      signal.throwIfAborted();
      // One that cannot be released must not keep the others.
      released.push({ object: nameOf(object.ref), result: 'refused', why: errorText(error) });
    }
  }
  return released;
}

interface Told {
  readonly finalizer: string;
  readonly found: Found;
  readonly released: readonly Released[];
}

function tell(io: CliIo, { output, dryRun }: ReleaseOptions, { finalizer, found, released }: Told): void {
  const rows: readonly Released[] | readonly { object: string; result: string; why?: string }[] =
    released.length > 0 ? released : found.objects.map(({ ref }) => ({ object: nameOf(ref), result: 'would be released' }));
  if (output === 'json') {
    io.stdout(jsonText({ finalizer, dryRun: dryRun === true, objects: rows, unseen: found.unseen }));
    return;
  }
  const lines = [
    ...table(rows.map(({ object, result, why = '' }) => [object, result, why])),
    ...found.unseen.map(({ kind, why }) => `not looked at: ${kind}: ${why}`),
    `${counted(rows.length)} with the finalizer ${finalizer}.`,
  ];
  io.stdout(`${lines.join('\n')}\n`);
}

function nameOf({ resource, namespace, name }: ObjectRef): string {
  return [resourceName(resource), ...(namespace === undefined ? [] : [namespace]), name].join('/');
}

function counted(count: number): string {
  return count === 1 ? '1 object' : `${String(count)} objects`;
}
