import type { ClusterClient } from '@kopfts/core';
import { createKindFinder } from './api/address.js';
import { withApiParts } from './api/api-parts.js';
import { applyChild } from './apply-child.js';
import { watchCatalogue } from './catalogue-changes.js';
import { createDiscoveryMemory } from './discovery-memory.js';
import { clusterUid } from './cluster-uid.js';
import { discover } from './discovery.js';
import { authorize, mayWatch } from './access-review.js';
import { accessRules } from './access-rules.js';
import { createEventRecorder } from './events/event-recorder.js';
import { objectSchema } from './object-schema.js';
import { createOutageGate } from './outage-gate.js';
import { createRetryBudget } from './transport/retry-budget.js';
import { createListForms } from './watch/list-forms.js';
import { reflect } from './watch/reflect.js';
import type { ReflectPorts } from './watch/session.js';
import { createStreamTurns } from './watch/stream-turns.js';
import { sendWrite, type WritePorts } from './write.js';

/** What the client needs of the outside, and how it is to behave. */
export interface ClientPorts extends Omit<ReflectPorts, 'listForms' | 'turns'>, WritePorts {
  /** How the objects of a collection are first asked for: as a stream where the server can, else in pages (`auto`, the default), or always in pages. */
  readonly initialList?: 'auto' | 'pages' | undefined;
  /** For what has no namespace of its own; default: `default`. */
  readonly defaultNamespace?: (() => Promise<string>) | undefined;
}

/** The cluster over a transport. Needs the rights to list, watch and patch; never to get. For Kubernetes Events: to create them, and better to patch them, too. */
export function createClusterClient(given: ClientPorts): ClusterClient {
  const { budget = createRetryBudget(), defaultNamespace = async () => 'default' } = given;
  const listForms = given.initialList === 'pages' ? undefined : createListForms();
  const outages = createOutageGate(given.clock);
  // Before anybody else is told.
  given.presence?.onReturn(() => outages.open());
  const ports = { ...given, budget, listForms, turns: createStreamTurns(given.clock), outages };
  const memory = createDiscoveryMemory();
  const recorder = createEventRecorder(ports);
  // With a memory of its own: a look for one kind says nothing about what the others know.
  const kinds = createKindFinder(async (group, signal) => {
    const selector = { by: 'everything', group, version: undefined } as const;
    return (await discover([selector], { transport: ports.transport, memory: createDiscoveryMemory() }, signal)).resources;
  });
  const client: ClusterClient = {
    resolve: (selectors, signal) => discover(selectors, { transport: ports.transport, memory }, signal),
    catalogueChanges: (signal) => watchCatalogue({ ...ports, memory }, signal),
    watch: (of, options, signal) => reflect(of, { ...ports, ...options }, signal),
    mayWatch: (of, signal) => mayWatch(of, ports.transport, signal),
    authorize: (question, signal) => authorize(question, ports.transport, signal),
    clusterUid: (signal) => clusterUid(ports.transport, signal),
    rules: (namespace, signal) => accessRules(namespace, ports.transport, signal),
    schema: (resource, signal) => objectSchema(resource, ports.transport, signal),
    write: (write, signal, apart) => sendWrite(write, apart === undefined ? ports : { ...ports, apart }, signal),
    children: {
      findKind: (apiVersion, kind, signal) => kinds.find({ apiVersion, kind }, signal),
      apply: (child, signal) => applyChild(child, { ...ports, kinds }, signal),
    },
    record: (event, signal, turn) => recorder.record(event, signal, turn),
    onReturn: (heard) => given.presence?.onReturn(heard) ?? (() => undefined),
  };
  return withApiParts(client, { ...ports, kinds, defaultNamespace });
}
