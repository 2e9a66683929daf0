// What is compared: everything that two runs may have in common, nothing that they cannot.
import type { ObjectBody } from '@kopfts/core';
import type { AuditEntry } from './audit-tail.js';
import type { Call } from './scenario.js';

/** One write of an operator. */
export interface Write {
  readonly endpoint: 'main' | 'status';
  readonly type: 'merge' | 'json';
}

export interface Evidence {
  /** Of changes, timers and daemons, by object, in the order in which they began. */
  readonly calls: Readonly<Record<string, readonly Call[]>>;
  /** Of event handlers, by object: what they saw, without repetitions. */
  readonly events: Readonly<Record<string, readonly Call[]>>;
  /** By the name of the snapshot, then of the object; `end` is the end. */
  readonly objects: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** By object, in order, but for touches. */
  readonly writes: Readonly<Record<string, readonly Write[]>>;
}

export function evidenceOf(parts: {
  readonly calls: readonly Call[];
  readonly snapshots: ReadonlyMap<string, readonly ObjectBody[]>;
  readonly writes: readonly AuditEntry[];
}): Evidence {
  const writes = parts.writes.filter((entry) => !isTouch(entry)).map(writeOf);
  const ids = new Set(parts.calls.map(({ handler }) => handler));
  const changes = parts.calls.filter(({ reason }) => reason !== 'event').map((call) => asParent(comparable(call), ids));
  const events = parts.calls.filter(({ reason }) => reason === 'event');
  const objects = [...parts.snapshots].map(([as, bodies]) => [
    as,
    Object.fromEntries(bodies.map((body) => [body.metadata.name, masked(body)])),
  ]);
  return withMaskedText({
    calls: byObject(changes),
    events: Object.fromEntries(Object.entries(byObject(events)).map(([name, seen]) => [name, withoutRepetitions(seen)])),
    objects: Object.fromEntries(objects) as Evidence['objects'],
    writes: Object.fromEntries(Object.entries(byObject(writes)).map(([name, writes]) => [name, writes.map(({ write }) => write)])),
  }) as Evidence;
}

/**
 * Later handlers of a pass see the status that the earlier ones made (design 6.7), as they do under Kopf's default lifecycle, but not in the
 * one that Kopf has here. Items of a diff have no order in Kopf: it goes through sets.
 */
function comparable({ seen, diff, ...call }: Call): Call {
  const items = Array.isArray(diff) ? diff.map((item) => JSON.stringify(item)).sort() : [];
  return { ...call, seen: { spec: seen.spec }, diff: items.map((item) => JSON.parse(item) as unknown) };
}

/** A parent that waits for its sub-handlers has failed in Kopf, and its attempts count there (E-31, E-32). */
function asParent(call: Call, ids: ReadonlySet<string>): Call {
  const isParent = [...ids].some((id) => id.startsWith(`${call.handler}/`));
  return isParent ? { ...call, result: 'parent', retry: 0 } : call;
}

function byObject<T extends { readonly object: string }>(items: readonly T[]): Record<string, T[]> {
  const found: Record<string, T[]> = {};
  for (const item of items) (found[item.object] ??= []).push(item);
  return found;
}

/** How often a state is shown depends on how often the operator writes: only which states, and in which order, is a promise. */
function withoutRepetitions(calls: readonly Call[]): readonly Call[] {
  const distinct: Call[] = [];
  const last = new Map<string, string>();
  for (const call of calls) {
    const text = JSON.stringify(call);
    if (last.get(call.handler) !== text) distinct.push(call);
    last.set(call.handler, text);
  }
  return distinct;
}

function writeOf({ objectRef, requestObject }: AuditEntry): { readonly object: string; readonly write: Write } {
  const endpoint = objectRef?.subresource === 'status' ? 'status' : 'main';
  return { object: objectRef?.name ?? '', write: { endpoint, type: Array.isArray(requestObject) ? 'json' : 'merge' } };
}

/** The generation counts writes of the spec, of which ours needs fewer. */
const OF_THE_SERVER = [
  'generation',
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'managedFields',
  'namespace',
  'selfLink',
  'deletionGracePeriodSeconds',
];
/** Kopf leaves it where it touched last; ours touches nothing (design 7). */
const TOUCH = 'kopf.zalando.org/touch-dummy';

/** Whether Kopf needs one depends on how long its restart takes. */
function isTouch({ requestObject }: AuditEntry): boolean {
  const text = JSON.stringify(requestObject ?? null);
  return text.startsWith(`{"metadata":{"annotations":{"${TOUCH}":"`) && !text.includes(',');
}

function masked(body: ObjectBody): unknown {
  const { annotations, ...metadata } = body.metadata;
  const kept = Object.fromEntries(Object.entries(metadata).filter(([key]) => !OF_THE_SERVER.includes(key)));
  const notes = Object.entries(annotations ?? {}).filter(([key]) => key !== TOUCH);
  return { ...body, metadata: notes.length === 0 ? kept : { ...kept, annotations: Object.fromEntries(notes) } };
}

const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(\+00:00|Z)/g;
/** What a framework says itself of the limits of a handler: for people, in words of its own. */
const OWN_WORDS = /("message":")(?:Handler '|The handler )(?:[^"\\]|\\.)*/g;
/** Python writes exponents with two digits, which is the same number (MIG-07). */
const EXPONENT = /(\de[+-])0+(?=\d)/g;

/** The attempts of a parent that waits for its sub-handlers count in Kopf, and have the message "None". */
const OF_PARENT = /"retries":\d+(.*?)(?:,"message":"None")?(,"subrefs":\[)/g;

/** Also inside of annotations, which otherwise stay as they are, byte for byte. */
function withMaskedText(value: unknown): unknown {
  const mask = (text: string): string =>
    text.replaceAll(TIME, 'T').replaceAll(OWN_WORDS, '$1M').replaceAll(EXPONENT, '$1').replaceAll(OF_PARENT, '"retries":"N"$1$2');
  return JSON.parse(JSON.stringify(value, (_key, item: unknown) => (typeof item === 'string' ? mask(item) : item))) as unknown;
}
