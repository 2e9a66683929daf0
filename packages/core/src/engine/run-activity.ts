// The handlers of the operator's own life: all of them, in their order, until each is finished (spec AC-01..AC-04).
import { ActivityFailedError } from '../errors.js';
import type { ActivityHandler } from '../handlers/declare-activity.js';
import { classifyError, precheck, type Outcome } from '../handlers/outcome.js';
import { emptyRecord, isFinished, recordAfter } from '../handlers/progress.js';
import type { ActivityArgs, ActivityKind } from '../model/activity.js';
import type { Backoff } from '../model/backoff-policy.js';
import type { FactBody } from '../model/fact.js';
import type { HandlerId } from '../model/ids.js';
import type { HandlerLogger } from '../model/handler-logger.js';
import type { ProgressRecord } from '../model/progress-record.js';
import type { MutableSettings } from '../model/settings-input.js';
import { textOf } from '../model/text-of.js';
import type { Clock } from '../ports/clock.js';
import type { ClusterClient } from '../ports/cluster-client.js';
import type { Random } from '../ports/random.js';
import { dateOf } from '../runtime/instant-date.js';
import type { Indexes } from './indexes.js';
import { factError } from './fact-error.js';
import { withScope } from './handler-scope.js';
import { raceAbort } from './race-abort.js';

export interface ActivityRun {
  readonly activity: ActivityKind;
  /** Of all activities; others are left out. */
  readonly handlers: readonly ActivityHandler[];
  readonly settings: MutableSettings;
  /** Of the operator. What makes it is the user's and may fail: then the attempt fails. */
  readonly memo: () => unknown;
  readonly indexes: Indexes;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly defaultBackoff: Backoff;
  /** For the accessors of handlers; none before the cluster can be asked. */
  readonly client?: ClusterClient | undefined;
  emit(fact: FactBody): void;
  /** After all that were due were tried: what they returned suffices, and whoever is to be tried again is given up. Default: never. */
  isEnough?(results: ReadonlyMap<HandlerId, unknown>): boolean;
  /** After each handler: what it left must be usable. Throws what ends the activity. */
  afterEach?(): void;
  /** What is kept of a result that is neither null nor undefined; throws what makes the handler fail. Default: as it is. */
  keep?(result: unknown, handler: HandlerId): unknown;
}

/**
 * Delays are waited for in memory; nothing of it is stored.
 *
 * @returns what handlers returned, by id and in their order, unless it was null or undefined (spec AC-03, PR-05)
 * @throws ActivityFailedError if one failed for good; the reason of the signal.
 */
export async function runActivity(run: ActivityRun): Promise<ReadonlyMap<HandlerId, unknown>> {
  const own = run.handlers.filter(({ activity }) => activity === run.activity);
  const records = new Map<ActivityHandler, ProgressRecord>(own.map((handler) => [handler, emptyRecord(undefined, run.clock.now())]));
  const results = new Map<HandlerId, unknown>();
  let failure: { readonly handler: ActivityHandler; readonly error: unknown } | undefined;
  for (;;) {
    for (const [handler, record] of records) {
      if (isFinished(record) || (record.delayed !== undefined && record.delayed > run.clock.now())) continue;
      const outcome = await attempt(run, handler, record);
      if (outcome.kind === 'succeeded') collect(results, handler.id, outcome.result);
      if (outcome.kind === 'failed') failure ??= { handler, error: outcome.error };
      records.set(handler, recordAfter(record, outcome, run.clock.now()));
    }
    const left = [...records.values()].filter((record) => !isFinished(record));
    if (run.isEnough?.(results) === true) return results;
    if (left.length === 0) break;
    const now = run.clock.now();
    await run.clock.sleep(Math.max(0, Math.min(...left.map(({ delayed }) => (delayed ?? now) - now))), run.signal);
  }
  if (failure) throw new ActivityFailedError(run.activity, failure.handler.id, { cause: failure.error });
  return results;
}

function collect(results: Map<HandlerId, unknown>, id: HandlerId, result: unknown): void {
  if (result !== null && result !== undefined) results.set(id, result);
}

async function attempt(run: ActivityRun, handler: ActivityHandler, record: ProgressRecord): Promise<Outcome> {
  run.signal.throwIfAborted();
  const outcome = precheck(handler, record, run.clock.now()) ?? (await call(run, handler, record));
  if (run.signal.aborted) emitEnd(run, handler, { record, outcome: { kind: 'cancelled' } });
  run.signal.throwIfAborted();
  emitEnd(run, handler, { record, outcome });
  run.afterEach?.();
  return outcome;
}

async function call(run: ActivityRun, handler: ActivityHandler, record: ProgressRecord): Promise<Outcome> {
  const { clock, random, signal, defaultBackoff } = run;
  try {
    const result = await raceAbort(Promise.resolve(handler.fn(argsOf(run, handler, record))), signal, undefined);
    const isNothing = result === null || result === undefined;
    return { kind: 'succeeded', result: isNothing || run.keep === undefined ? result : run.keep(result, handler.id) };
  } catch (error) {
    return classifyError(error, handler, { record, now: clock.now(), defaultBackoff, random: random.next(), defaultMode: 'temporary' });
  }
}

function argsOf(run: ActivityRun, { param }: ActivityHandler, record: ProgressRecord): ActivityArgs {
  const { activity, settings, memo, signal, clock, client, indexes } = run;
  const args: ActivityArgs = {
    activity,
    settings,
    memo: memo(),
    logger: loggerOf(run),
    param,
    retry: record.retries,
    started: dateOf(record.started),
    runtime: Math.max(0, clock.now() - record.started) / 1000,
    signal,
    ...indexes.args,
  };
  return Object.freeze(client === undefined ? args : withScope(args, { client }));
}

function loggerOf(run: ActivityRun): HandlerLogger {
  const log =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void =>
      run.emit({ kind: 'logged', level, message: textOf(message), fields });
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
}

interface Ended {
  readonly record: ProgressRecord;
  readonly outcome: Outcome;
}

function emitEnd(run: ActivityRun, handler: ActivityHandler, { record, outcome }: Ended): void {
  run.emit({
    kind: 'activity-handler-ended',
    activity: run.activity,
    handler: handler.id,
    attempt: record.retries + 1,
    result: outcome.kind,
    ...('error' in outcome ? { error: factError(outcome.error) } : {}),
    ...(outcome.kind === 'retry' ? { retryInMs: outcome.delayMs ?? 0 } : {}),
  });
}
