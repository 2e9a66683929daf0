// Kubernetes Events on their way to the cluster: nothing waits for them, and nothing fails with them.
import { LOG_LEVELS, type LogLevel, type Settings } from '../config/settings.js';
import type { FactBody } from '../model/fact.js';
import type { EventSubject, RecordOutcome, RequestTurn } from '../model/kubernetes-event.js';
import type { ObjectRef } from '../model/object.js';
import type { OperatorIdentity } from '../model/operator-identity.js';
import type { ClusterClient } from '../ports/cluster-client.js';
import { textOf } from '../model/text-of.js';
import { eventOfFact } from './event-of-fact.js';
import { factError } from './fact-error.js';
import type { Semaphore } from './semaphore.js';

/** What somebody wants to be recorded. */
export interface EventRequest {
  readonly about: EventSubject;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  /** `undefined`: at any level. */
  readonly level: LogLevel | undefined;
  /** Milliseconds; `undefined`: those of the settings. */
  readonly retryDelaysMs: readonly number[] | undefined;
}

export interface EventPoster {
  post(request: EventRequest): void;
  /** Says that an Event is lost that could not even be asked for. */
  lose(about: EventSubject, reason: string, error: unknown): void;
  /** Posts what a fact says to people, if it says something to them. */
  follow(fact: FactBody): void;
}

export interface PosterParts {
  readonly settings: Settings['posting'];
  readonly identity: OperatorIdentity;
  readonly client: Pick<ClusterClient, 'record'>;
  readonly workers: Semaphore;
  /** Aborts when the grace of the operator is over: what is not posted then is lost (spec EV-14). */
  readonly ended: AbortSignal;
  /** Default: 10,000. */
  readonly mostWaiting?: number;
  emit(fact: FactBody): void;
  spawn(name: string, task: () => Promise<void>): void;
}

/** Waiting to be posted, those being posted among them: beyond, memory matters more than words. */
const MOST_WAITING = 10_000;

export function createEventPoster(parts: PosterParts): EventPoster {
  const { settings, mostWaiting = MOST_WAITING } = parts;
  let waiting = 0;
  const post = ({ type, reason, message, ...more }: EventRequest): void => {
    if (!settings.enabled || !isHighEnough(more.level, settings.level)) return;
    // In JavaScript anything may come here: a bigint, an error, an object that contains itself.
    const request = { ...more, type: textOf(type), reason: textOf(reason), message: textOf(message) };
    if (waiting >= mostWaiting) {
      parts.emit({ kind: 'event-recorded', about: request.about, reason: request.reason, outcome: 'suppressed' });
      return;
    }
    waiting += 1;
    parts.spawn('kubernetes-event', () =>
      send(parts, request).finally(() => {
        waiting -= 1;
      }),
    );
  };
  return {
    post,
    lose: (about, reason, error) =>
      parts.emit({ kind: 'event-recorded', about, reason: textOf(reason), outcome: 'lost', error: factError(error) }),
    follow(fact) {
      const noted = eventOfFact(fact, settings.loggers);
      if (noted === undefined) return;
      const { object, level, type, reason, message } = noted;
      post({ about: subjectOf(object), type, reason, message, level, retryDelaysMs: settings.loggingBackoffsMs });
    },
  };
}

/** An object as Events name it. */
export function subjectOf({ resource, namespace, name, uid }: ObjectRef): EventSubject {
  const apiVersion = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
  return { apiVersion, kind: resource.kind, name, namespace, uid };
}

function isHighEnough(level: LogLevel | undefined, least: LogLevel): boolean {
  return level === undefined || LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(least);
}

/** Never rejects: whatever becomes of it, nothing else fails for it. */
async function send(parts: PosterParts, request: EventRequest): Promise<void> {
  const { settings, identity, client, workers, ended } = parts;
  const { about, type, reason, message } = request;
  const reporter = {
    component: settings.reportingComponent ?? identity.fieldManager,
    instance: settings.reportingInstance,
    namePrefix: settings.eventNamePrefix,
  };
  const retryDelaysMs = request.retryDelaysMs ?? settings.defaultBackoffsMs;
  // Each request by itself: what waits for the Events before it, or to be tried again, takes no place of those of other objects (spec EV-17).
  const turn: RequestTurn = (signal) => workers.acquire({ urgency: 'change', namespace: about.namespace ?? '' }, signal);
  const event = { about, type, reason, message, reporter, retryDelaysMs };
  const outcome = await outcomeOf(async () => client.record(event, ended, turn));
  const error = outcome.kind === 'lost' && !ended.aborted ? { error: factError(outcome.error) } : {};
  parts.emit({ kind: 'event-recorded', about, reason, outcome: outcome.kind, ...error });
}

async function outcomeOf(recording: () => Promise<RecordOutcome>): Promise<RecordOutcome> {
  try {
    return await recording();
  } catch (error) {
    return { kind: 'lost', error };
  }
}
