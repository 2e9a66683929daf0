import type { ClusterClient } from '@kopfts/core';
import { watchCatalogue } from './catalogue-changes.js';
import { discover } from './discovery.js';
import { createEventRecorder } from './events/event-recorder.js';
import { reflect, type ReflectPorts } from './watch/reflect.js';
import { sendWrite, type WritePorts } from './write.js';

/** The cluster over a transport. Needs the rights to list, watch and patch; never to get. For Kubernetes Events: to create them, and better to patch them, too. */
export function createClusterClient(ports: ReflectPorts & WritePorts): ClusterClient {
  const recorder = createEventRecorder(ports);
  return {
    resolve: (selectors, signal) => discover(selectors, ports.transport, signal),
    catalogueChanges: (signal) => watchCatalogue(ports, signal),
    watch: (of, options, signal) => reflect(of, { ...ports, ...options }, signal),
    write: (write, signal) => sendWrite(write, ports, signal),
    record: (event, signal) => recorder.record(event, signal),
  };
}
