// What is posted: the core/v1 Event object (spec A.5).
import { formatInstant, type Instant, type KubernetesEvent } from '@kopfts/core';

/** The server refuses more. */
const LONGEST_MESSAGE = 1024;
const DOTS = '...';

/** Events live in the namespace of their object; those about cluster-scoped ones in `default`, the only one that the server takes. */
export function eventNamespace({ about }: Pick<KubernetesEvent, 'about'>): string {
  return about.namespace ?? 'default';
}

/** Exactly 1,024 characters of a longer message: its beginning, dots, its end (spec EV-11). */
export function cutMessage(message: string): string {
  if (message.length <= LONGEST_MESSAGE) return message;
  const kept = LONGEST_MESSAGE - DOTS.length;
  const head = Math.floor(kept / 2) + (kept % 2);
  return `${message.slice(0, head)}${DOTS}${message.slice(message.length - (kept - head))}`;
}

/** The body of the request; `name` is ours, so that a repeated request cannot make a second Event. */
export function eventBody(event: KubernetesEvent, name: string, at: Instant): object {
  const { about, reporter } = event;
  const time = formatInstant(at);
  const namespace = eventNamespace(event);
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { namespace, name },
    action: 'Action?',
    type: event.type,
    reason: event.reason,
    message: cutMessage(event.message),
    reportingComponent: reporter.component,
    reportingInstance: reporter.instance,
    source: { component: reporter.component },
    involvedObject: {
      apiVersion: about.apiVersion,
      kind: about.kind,
      name: about.name,
      ...(about.uid === undefined ? {} : { uid: about.uid }),
      ...(about.namespace === undefined ? {} : { namespace: about.namespace }),
    },
    firstTimestamp: time,
    lastTimestamp: time,
    eventTime: time,
    count: 1,
  };
}

/** The merge patch that says "again". */
export function repetitionPatch(count: number, at: Instant): object {
  return { count, lastTimestamp: formatInstant(at) };
}
