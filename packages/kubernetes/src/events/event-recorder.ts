// Posts Kubernetes Events: one object's in their order, different objects' beside each other.
import { isKopfError, type Clock, type KubernetesEvent, type Random, type RecordOutcome, type RequestTurn } from '@kopfts/core';
import { groupVersionPath } from '../api-path.js';
import { createInFlightGate, type InFlightGate, type LetIn } from '../transport/in-flight-gate.js';
import type { LoadSign } from '../transport/in-flight-limit.js';
import type { Transport, WireReply, WireRequest } from '../transport/request.js';
import { readFailure, refusalError } from '../transport/status-error.js';
import { eventBody, eventNamespace, repetitionPatch } from './event-body.js';
import { admitEvent, isForgettable, REPEATED_MS, type ObjectEvents } from './event-correlation.js';

export interface RecorderPorts {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
}

export interface EventRecorder {
  /** See `ClusterClient.record`. */
  record(event: KubernetesEvent, signal: AbortSignal, turn?: RequestTurn): Promise<RecordOutcome>;
}

const TIMEOUT_MS = 15_000;
/** Of all objects together, waiting to be posted: beyond, memory matters more than words. */
const MOST_PENDING = 10_000;
/** Events on their way at once: words about objects leave most of the lane to the objects. Fewer while the server is overloaded. */
const MOST_AT_ONCE = 10;
/** Objects about which something is remembered; the ones that were silent longest are forgotten first. */
const MOST_OBJECTS = 4096;

const atOnce: RequestTurn = () => Promise.resolve(() => undefined);

/** An Event that is on the server. */
interface Posted {
  readonly path: string;
  readonly count: number;
  readonly atMs: number;
}

interface Subject {
  said: ObjectEvents | undefined;
  /** By what they say. */
  readonly posted: Map<string, Posted>;
  /** What is posted now, and all that waits behind it. */
  queue: Promise<unknown>;
  pending: number;
}

interface Recorder extends RecorderPorts {
  readonly subjects: Map<string, Subject>;
  readonly gate: InFlightGate;
  pending: number;
  /** The server did not let us change an Event: repetitions are posted as Events of their own. */
  mayCount: boolean;
}

/** Remembers, for ten minutes, what it posted, to count repetitions instead of posting them. */
export function createEventRecorder(ports: RecorderPorts): EventRecorder {
  const recorder: Recorder = { ...ports, subjects: new Map(), gate: createInFlightGate(MOST_AT_ONCE), pending: 0, mayCount: true };
  return {
    async record(event, signal, turn = atOnce) {
      if (isEvent(event.about)) return { kind: 'suppressed', why: 'event' };
      if (recorder.pending >= MOST_PENDING) return { kind: 'suppressed', why: 'overflow' };
      const subject = subjectOf(recorder, event);
      const { admission, after } = admitEvent(subject.said, event, ports.clock.monotonicMs());
      subject.said = after;
      if (admission.kind === 'too-many') return { kind: 'suppressed', why: 'rate' };
      return inTurn(recorder, subject, () => deliver(recorder, subject, { ...admission, signal, turn }));
    },
  };
}

/** Other groups may have kinds of that name, too. */
function isEvent({ apiVersion, kind }: KubernetesEvent['about']): boolean {
  return kind === 'Event' && (apiVersion === '' || apiVersion === 'v1' || apiVersion.startsWith('events.k8s.io/'));
}

function subjectOf(recorder: Recorder, { about }: KubernetesEvent): Subject {
  const { subjects, clock } = recorder;
  const key = about.uid ?? JSON.stringify([about.apiVersion, about.kind, about.namespace, about.name]);
  const known = subjects.get(key);
  const subject: Subject = known ?? { said: undefined, posted: new Map(), queue: Promise.resolve(), pending: 0 };
  // The order of the map is that of their last words.
  subjects.delete(key);
  forgetSilent(subjects, clock.monotonicMs());
  subjects.set(key, subject);
  return subject;
}

function forgetSilent(subjects: Map<string, Subject>, nowMs: number): void {
  for (const [key, subject] of subjects) {
    const isOver = subject.said === undefined || isForgettable(subject.said, nowMs);
    if (subject.pending > 0 || (!isOver && subjects.size < MOST_OBJECTS)) return;
    subjects.delete(key);
  }
}

function inTurn(recorder: Recorder, subject: Subject, task: () => Promise<RecordOutcome>): Promise<RecordOutcome> {
  recorder.pending += 1;
  subject.pending += 1;
  const run = subject.queue.then(task).finally(() => {
    recorder.pending -= 1;
    subject.pending -= 1;
  });
  subject.queue = run;
  return run;
}

interface Delivery {
  readonly event: KubernetesEvent;
  readonly key: string;
  readonly signal: AbortSignal;
  readonly turn: RequestTurn;
}

/** Never rejects: the next Event of the object comes after it. */
async function deliver(recorder: Recorder, subject: Subject, delivery: Delivery): Promise<RecordOutcome> {
  try {
    return (await countRepetition(recorder, subject, delivery)) ?? (await post(recorder, subject, delivery));
  } catch (error) {
    return { kind: 'lost', error };
  }
}

/** `undefined`: there is no such Event to count. */
async function countRepetition(recorder: Recorder, subject: Subject, delivery: Delivery): Promise<RecordOutcome | undefined> {
  const { clock } = recorder;
  const { key } = delivery;
  const nowMs = clock.monotonicMs();
  for (const [other, { atMs }] of subject.posted) if (nowMs - atMs >= REPEATED_MS) subject.posted.delete(other);
  const posted = subject.posted.get(key);
  if (posted === undefined || !recorder.mayCount) return undefined;
  const count = posted.count + 1;
  const body = JSON.stringify(repetitionPatch(count, clock.now()));
  const request = { method: 'PATCH', path: posted.path, body, contentType: 'application/merge-patch+json' } as const;
  const reply = await sendUntilAnswered(recorder, delivery, request);
  if (reply.status === 403) recorder.mayCount = false;
  if (reply.status === 403 || reply.status === 404) {
    subject.posted.delete(key);
    return undefined;
  }
  throwRefusal(request, reply);
  subject.posted.set(key, { ...posted, count });
  return { kind: 'counted', count };
}

async function post(recorder: Recorder, subject: Subject, delivery: Delivery): Promise<RecordOutcome> {
  const { clock, random } = recorder;
  const { event, key } = delivery;
  const name = `${event.reporter.namePrefix}${random.uuid()}`;
  const path = `${groupVersionPath('', 'v1')}/namespaces/${encodeURIComponent(eventNamespace(event))}/events`;
  const request = {
    method: 'POST',
    path,
    body: JSON.stringify(eventBody(event, name, clock.now())),
    contentType: 'application/json',
  } as const;
  const reply = await sendUntilAnswered(recorder, delivery, request);
  // 409: an attempt before this one was committed, and its answer was lost.
  if (reply.status !== 409) throwRefusal(request, reply);
  subject.posted.set(key, { path: `${path}/${encodeURIComponent(name)}`, count: 1, atMs: clock.monotonicMs() });
  return { kind: 'recorded' };
}

type EventRequest = Pick<WireRequest, 'method' | 'path' | 'body' | 'contentType'>;

/** Again after each delay, as long as the server is away, broken, or busy; both kinds of requests may be repeated (spec EV-16). */
async function sendUntilAnswered(recorder: Recorder, delivery: Delivery, request: EventRequest): Promise<WireReply> {
  const { clock } = recorder;
  const { event, signal } = delivery;
  for (const delayMs of event.retryDelaysMs) {
    try {
      const reply = await sendInTurn(recorder, delivery, request);
      if (reply.status < 500 && reply.status !== 429) return reply;
    } catch (error) {
      if (signal.aborted || (isKopfError(error) && error.code !== 'KOPF_CLUSTER_UNREACHABLE')) throw error;
    }
    await clock.sleep(delayMs, signal);
  }
  return sendInTurn(recorder, delivery, request);
}

async function sendInTurn(recorder: Recorder, { signal, turn }: Delivery, request: EventRequest): Promise<WireReply> {
  const leave = await turn(signal);
  try {
    return await sendInPlace(recorder, request, signal);
  } finally {
    leave();
  }
}

/** Its time begins when it has a place; pauses between attempts hold none. */
async function sendInPlace({ transport, gate }: Recorder, request: EventRequest, signal: AbortSignal): Promise<WireReply> {
  const leave = gate.tryEnter() ?? (await new Promise<LetIn>((resolve) => gate.queue(resolve)));
  let sign: LoadSign | undefined;
  try {
    const reply = await transport.send({ lane: 'write', timeoutMs: TIMEOUT_MS, ...request }, signal);
    sign = reply.status === 429 ? 'overloaded' : 'in-time';
    return reply;
  } finally {
    leave(sign);
  }
}

function throwRefusal(request: EventRequest, reply: WireReply): void {
  if (reply.status >= 300) throw refusalError({ method: request.method, path: request.path }, readFailure(reply));
}
