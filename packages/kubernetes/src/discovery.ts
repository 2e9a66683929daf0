import { Buffer } from 'node:buffer';
import { isKopfError, type Catalogue, type Json, type Resource, type Selector } from '@kopfts/core';
import { groupVersionPath } from './api-path.js';
import { isAggregated, readAggregated, readClassic, readCoreVersions, readGroups, type GroupVersion } from './discovery-document.js';
import type { DiscoveryMemory } from './discovery-memory.js';
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
const ABSENT = 'the root of all groups is missing: this is no API server, or something in between answers for it';

/**
 * What the cluster serves in the groups of the selectors; in all groups if a selector names none (spec D-02). Servers
 * without aggregated discovery are asked group by group. A group whose server is down is taken as it was, and never means that all fails.
 */
export async function discover(selectors: readonly Selector[], ports: DiscoveryPorts, signal: AbortSignal): Promise<Catalogue> {
  const { memory } = ports;
  memory.begin();
  const groups = groupsOf(selectors);
  const wantsCore = groups === undefined || groups.has('');
  const wantsNamed = groups === undefined || [...groups].some((group) => group !== '');
  const [core, named] = await Promise.all([
    wantsCore ? discoverRoot('/api', { ...ports, groups }, signal) : [],
    wantsNamed ? discoverRoot('/apis', { ...ports, groups }, signal) : [],
  ]);
  memory.end();
  return { resources: [...core, ...named] };
}

/** What discovery needs of the outside. */
export interface DiscoveryPorts {
  readonly transport: Transport;
  readonly memory: DiscoveryMemory;
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

interface Quest extends DiscoveryPorts {
  readonly groups: ReadonlySet<string> | undefined;
}

async function discoverRoot(root: '/api' | '/apis', quest: Quest, signal: AbortSignal): Promise<readonly Resource[]> {
  const { transport, groups, memory } = quest;
  const isWanted = ({ group }: { readonly group: string }) => groups === undefined || groups.has(group);
  const document = await getJson(root, { transport, accept: AGGREGATED }, signal);
  // Every API server has its roots: who says otherwise is something in between, and what is served is not gone by that.
  if (document === undefined) throw new RequestFailedError({ method: 'GET', path: root, status: 404, reason: 'NotFound', message: ABSENT });
  if (isAggregated(document)) {
    return readAggregated(document).flatMap(({ of, resources, isStale }) => {
      if (!isWanted(of)) return [];
      if (!isStale) memory.keep(of, resources);
      return isStale ? newest(resources, memory.recall(of)) : resources;
    });
  }
  const versions = (root === '/api' ? readCoreVersions(document) : readGroups(document)).filter(isWanted);
  const found = await Promise.all(versions.map((version) => discoverVersion(version, quest, signal)));
  return found.flat();
}

/** What a stale answer says is what the server remembers, which may be nothing. */
function newest(stale: readonly Resource[], remembered: readonly Resource[]): readonly Resource[] {
  return stale.length === 0 ? remembered : stale;
}

/** 404: the group was removed just now (spec D-04). 5xx: its server is down. */
async function discoverVersion(
  version: GroupVersion,
  { transport, memory }: DiscoveryPorts,
  signal: AbortSignal,
): Promise<readonly Resource[]> {
  try {
    const path = groupVersionPath(version.group, version.version);
    const document = await getJson(path, { transport, accept: 'application/json' }, signal);
    const resources = document === undefined ? [] : readClassic(document, version);
    memory.keep(version, resources);
    return resources;
  } catch (error) {
    if (!isOnlyThisGroup(error)) throw error;
    return memory.recall(version);
  }
}

/** The API server answers, but cannot answer this. */
function isOnlyThisGroup(error: unknown): boolean {
  if (isKopfError(error, 'KOPF_CLUSTER_BUSY')) return true;
  const status = isKopfError(error, 'KOPF_REQUEST_FAILED') ? error.context['status'] : undefined;
  return typeof status === 'number' && status >= 500;
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
