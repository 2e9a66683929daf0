import { Buffer } from 'node:buffer';
import type { Catalogue, Json, Resource, Selector } from '@kopfts/core';
import { groupVersionPath } from './api-path.js';
import { isAggregated, readAggregated, readClassic, readCoreVersions, readGroups, type GroupVersion } from './discovery-document.js';
import { RequestFailedError } from './errors.js';
import type { Transport } from './transport/request.js';
import { readFailure, refusalError } from './transport/status-error.js';

/** One answer with everything, in its newest form, else in its first, else the classic index. */
const AGGREGATED = [
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
  'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList',
  'application/json',
].join(',');
const READ_TIMEOUT_MS = 60_000;

/**
 * What the cluster serves in the groups of the selectors; in all groups if a selector names none (spec D-02). Servers
 * without aggregated discovery are asked group by group.
 */
export async function discover(selectors: readonly Selector[], transport: Transport, signal: AbortSignal): Promise<Catalogue> {
  const groups = groupsOf(selectors);
  const wantsCore = groups === undefined || groups.has('');
  const wantsNamed = groups === undefined || [...groups].some((group) => group !== '');
  const [core, named] = await Promise.all([
    wantsCore ? discoverRoot('/api', { transport, groups }, signal) : [],
    wantsNamed ? discoverRoot('/apis', { transport, groups }, signal) : [],
  ]);
  return { resources: [...core, ...named] };
}

/** `undefined`: all of them. */
function groupsOf(selectors: readonly Selector[]): ReadonlySet<string> | undefined {
  const groups = new Set<string>();
  for (const { group } of selectors) {
    if (group === undefined) return undefined;
    groups.add(group);
  }
  return groups;
}

interface Quest {
  readonly transport: Transport;
  readonly groups: ReadonlySet<string> | undefined;
}

async function discoverRoot(root: '/api' | '/apis', { transport, groups }: Quest, signal: AbortSignal): Promise<readonly Resource[]> {
  const isWanted = ({ group }: { readonly group: string }) => groups === undefined || groups.has(group);
  const document = await getJson(root, { transport, accept: AGGREGATED }, signal);
  if (document === undefined) return [];
  if (isAggregated(document)) return readAggregated(document).filter(isWanted);
  const versions = (root === '/api' ? readCoreVersions(document) : readGroups(document)).filter(isWanted);
  const found = await Promise.all(versions.map((version) => discoverVersion(version, transport, signal)));
  return found.flat();
}

/** 404: the group was removed just now (spec D-04). */
async function discoverVersion(version: GroupVersion, transport: Transport, signal: AbortSignal): Promise<readonly Resource[]> {
  const document = await getJson(groupVersionPath(version.group, version.version), { transport, accept: 'application/json' }, signal);
  return document === undefined ? [] : readClassic(document, version);
}

interface Asking {
  readonly transport: Transport;
  readonly accept: string;
}

async function getJson(path: string, { transport, accept }: Asking, signal: AbortSignal): Promise<Json | undefined> {
  const reply = await transport.send({ lane: 'read', method: 'GET', path, accept, timeoutMs: READ_TIMEOUT_MS }, signal);
  if (reply.status === 404) return undefined;
  if (reply.status !== 200) throw refusalError({ method: 'GET', path }, readFailure(reply));
  try {
    return JSON.parse(Buffer.from(reply.body).toString('utf8')) as Json;
  } catch (error) {
    const refusal = { method: 'GET', path, status: reply.status, reason: '', message: 'the answer is no JSON' };
    throw new RequestFailedError(refusal, { cause: error });
  }
}
