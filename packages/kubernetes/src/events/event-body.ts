// What is posted: the core/v1 Event object (spec A.5).
import { Buffer } from 'node:buffer';
import { formatInstant, type Instant, type KubernetesEvent } from '@kopfts/core';

/** The server refuses more, and counts bytes of UTF-8, whatever it calls them. */
const MOST_BYTES_OF_MESSAGE = 1024;
const MOST_BYTES_OF_REASON = 128;
const DOTS = '...';

/** Events live in the namespace of their object; those about cluster-scoped ones in `default`, the only one that the server takes. */
export function eventNamespace({ about }: Pick<KubernetesEvent, 'about'>): string {
  return about.namespace ?? 'default';
}

/** 1,024 bytes of a longer message, or as many fewer as whole characters need: its beginning, dots, its end (spec EV-11). */
export function cutMessage(message: string): string {
  return cutMiddle(message, MOST_BYTES_OF_MESSAGE);
}

function cutMiddle(text: string, mostBytes: number): string {
  // No unit of UTF-16 has more than three bytes: short ones need not be encoded.
  if (text.length * 3 <= mostBytes) return text;
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= mostBytes) return text;
  const kept = mostBytes - DOTS.length;
  let head = Math.ceil(kept / 2);
  let tail = bytes.length - Math.floor(kept / 2);
  while (isInsideOfCharacter(bytes[head])) head -= 1;
  while (isInsideOfCharacter(bytes[tail])) tail += 1;
  return `${bytes.toString('utf8', 0, head)}${DOTS}${bytes.toString('utf8', tail)}`;
}

function isInsideOfCharacter(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0b1100_0000) === 0b1000_0000;
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
    reason: cutMiddle(event.reason, MOST_BYTES_OF_REASON),
    message: cutMessage(event.message),
    reportingComponent: reporter.component,
    reportingInstance: reporter.instance,
    source: { component: reporter.component },
    involvedObject: {
      ...(about.apiVersion === '' ? {} : { apiVersion: about.apiVersion }),
      ...(about.kind === '' ? {} : { kind: about.kind }),
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
