import { type Clock, type CollectionRef, type ObjectBody, type Resource, plainOf } from '@kopfts/core';
import { NotInTimeError } from '../errors.js';
import { linkedAbort } from '../linked-abort.js';
import { reflect } from '../watch/reflect.js';
import type { ReflectPorts } from '../watch/session.js';
import type { PlaceAndName } from './address.js';

/** What one object is waited for. */
export interface Waiting {
  readonly resource: Resource;
  readonly place: PlaceAndName;
  /** Milliseconds; `undefined`: as long as the signal allows. */
  readonly timeoutMs: number | undefined;
}

/**
 * Watches one object until the condition holds for it; an object that does not exist is `undefined`. Nothing is polled: the server says when it
 * changed. Broken connections are resumed as those of handlers are.
 *
 * @throws NotInTimeError `KOPF_NOT_IN_TIME`; what the condition throws; ForbiddenError without the rights to list and watch; the reason of the signal.
 */
export async function untilHolds(
  { resource, place, timeoutMs }: Waiting,
  condition: (object: ObjectBody | undefined) => boolean,
  ports: ReflectPorts,
  signal: AbortSignal,
): Promise<ObjectBody | undefined> {
  signal.throwIfAborted();
  const ended = new AbortController();
  const limit = limitTime(ports.clock, timeoutMs, ended.signal);
  const cut = linkedAbort(signal, limit.signal, ended.signal);
  const of: CollectionRef = { resource, namespace: resource.namespaced ? place.namespace : undefined };
  try {
    const found = await firstThatHolds({ of, name: place.name, condition }, ports, cut.signal);
    if (found !== undefined) return found.object;
    signal.throwIfAborted();
    throw new NotInTimeError(`${resource.kind} ${place.namespace === undefined ? '' : `${place.namespace}/`}${place.name}`, timeoutMs ?? 0);
  } finally {
    ended.abort(new Error('the wait is over'));
    cut.release();
    await limit.over;
  }
}

interface Search {
  readonly of: CollectionRef;
  readonly name: string;
  readonly condition: (object: ObjectBody | undefined) => boolean;
}

/** `undefined`: the signal aborted before. */
async function firstThatHolds(
  { of, name, condition }: Search,
  ports: ReflectPorts,
  signal: AbortSignal,
): Promise<{ readonly object: ObjectBody | undefined } | undefined> {
  let object: ObjectBody | undefined;
  let listed = false;
  // Somebody waits for it: it takes no turns with the streams of what is served.
  for await (const news of reflect(of, { ...ports, turns: undefined, fieldSelector: `metadata.name=${name}` }, signal)) {
    if (news.kind === 'health' && news.state === 'denied' && news.error !== undefined) throw news.error;
    if (news.kind === 'sync-end') listed = true;
    else if (news.kind === 'change' && news.object.name === name)
      object = news.type === 'deleted' ? undefined : plainOf(news.object.body());
    else continue;
    // In the middle of a list, that it was not seen yet says nothing.
    if ((listed || object !== undefined) && condition(object)) return { object };
  }
  return undefined;
}

function limitTime(
  clock: Clock,
  ms: number | undefined,
  ended: AbortSignal,
): { readonly signal: AbortSignal; readonly over: Promise<void> } {
  const late = new AbortController();
  if (ms === undefined) return { signal: late.signal, over: Promise.resolve() };
  const over = clock.sleep(ms, ended).then(
    () => late.abort(new Error('its time is over')),
    () => undefined,
  );
  return { signal: late.signal, over };
}
