// What a fact changes in the figures. One function per topic; a fact that counts for nothing costs a look at its kind.
import { isJsonObject, type CollectionRef, type Fact } from '@kopfts/core';
import type { Figures } from './figures.js';
import { writeReason, type LabelValues } from './label-values.js';
import type { RunningWork } from './running-work.js';
import type { WatchLedger } from './watch-ledger.js';

export interface Counting {
  readonly figures: Figures;
  readonly labels: LabelValues;
  readonly work: RunningWork;
  readonly watches: WatchLedger;
  /** Into a histogram, in seconds. */
  readonly record: (metric: string, label: string, seconds: number) => void;
  /** Makes a label of a histogram known, with zero. */
  readonly announce: (metric: string, label: string) => void;
}

const RESULTS = ['succeeded', 'failed', 'retry', 'ignored'] as const;
const REASONS = ['create', 'update', 'delete', 'resume'] as const;

/** Counts one fact. Must not throw. */
export function countFact(to: Counting, fact: Fact): void {
  switch (fact.kind) {
    case 'operator-started':
      return beginOperator(to.figures);
    case 'event-seen':
    case 'event-dropped':
    case 'events-merged':
    case 'cause-detected':
    case 'object-failed':
    case 'object-waiting':
    case 'pass-held':
    case 'object-forgotten':
      return countObject(to, fact);
    case 'turn-awaited':
    case 'turn-taken':
    case 'turn-ended':
      return countTurn(to, fact);
    case 'handler-started':
    case 'handler-ended':
    case 'handler-skipped':
    case 'result-dropped':
    case 'activity-handler-ended':
      return countHandler(to, fact);
    case 'timer-spawned':
    case 'timer-ended':
    case 'daemon-spawned':
    case 'daemon-ended':
      return countBackground(to, fact);
    case 'write-sent':
    case 'write-ended':
    case 'finalizer-changed':
    case 'event-recorded':
      return countWrite(to, fact);
    case 'logged':
      return to.figures.add('kopf_log_lines_total', [fact.level]);
    case 'plugin':
      return countPlugin(to, fact);
    default:
      return countWatch(to, fact);
  }
}

type Of<Kind extends Fact['kind']> = Extract<Fact, { kind: Kind }>;

function countObject(
  { figures, labels, watches, work }: Counting,
  fact: Of<
    | 'event-seen'
    | 'event-dropped'
    | 'events-merged'
    | 'cause-detected'
    | 'object-failed'
    | 'object-waiting'
    | 'pass-held'
    | 'object-forgotten'
  >,
): void {
  const kind = labels.kind(fact.object.resource);
  switch (fact.kind) {
    case 'event-seen':
      figures.add('kopf_events_total', [kind, fact.type ?? 'LISTED']);
      if (watches.heard(fact.object, fact.at) && (fact.inferred || fact.type === null)) figures.add('kopf_events_missed_total', [kind]);
      return;
    case 'event-dropped':
      return figures.add('kopf_events_dropped_total', [kind, fact.why]);
    case 'events-merged':
      return figures.add('kopf_events_merged_total', [kind], fact.count);
    case 'cause-detected':
      return figures.add('kopf_causes_total', [kind, fact.reason]);
    case 'object-failed':
      if (fact.retryInMs > 0) figures.add('workqueue_retries_total', [kind]);
      return figures.add('kopf_object_failures_total', [kind]);
    case 'object-waiting':
      if (fact.why === 'retry') figures.add('workqueue_retries_total', [kind]);
      return figures.add('kopf_object_waits_total', [kind, fact.why]);
    case 'pass-held':
      return figures.add('kopf_passes_held_total', [kind, fact.plugin]);
    case 'object-forgotten':
      return work.forget(fact.object.uid);
  }
}

function countTurn({ figures, labels, record, work }: Counting, fact: Of<'turn-awaited' | 'turn-taken' | 'turn-ended'>): void {
  const kind = labels.kind(fact.object.resource);
  const { uid } = fact.object;
  switch (fact.kind) {
    case 'turn-awaited':
      return work.queued(uid, { label: kind, at: fact.at });
    case 'turn-taken':
      work.turnBegun(uid, { label: kind, at: fact.at });
      figures.add('workqueue_adds_total', [kind]);
      return record('workqueue_queue_duration_seconds', kind, fact.waitedMs / 1000);
    case 'turn-ended':
      work.turnEnded(uid);
      return record('workqueue_work_duration_seconds', kind, fact.tookMs / 1000);
  }
}

function countHandler(
  { figures, labels, record, work }: Counting,
  fact: Of<'handler-started' | 'handler-ended' | 'handler-skipped' | 'result-dropped' | 'activity-handler-ended'>,
): void {
  if (fact.kind === 'activity-handler-ended') return figures.add('kopf_activity_attempts_total', [fact.activity, fact.result]);
  const handler = labels.handler(fact.handler);
  switch (fact.kind) {
    case 'handler-started':
      if (fact.attempt > 1) figures.add('kopf_handler_retries_total', [handler]);
      figures.add('kopf_handlers_running', [handler]);
      return work.attemptBegun(fact.object.uid, { label: handler, at: fact.at, handler: fact.handler, family: fact.family });
    case 'handler-ended':
      // One that was refused before it was called never started.
      if (work.attemptEnded(fact.object.uid, fact)) {
        figures.add('kopf_handlers_running', [handler], -1);
        record('kopf_handler_duration_seconds', handler, fact.tookMs / 1000);
      }
      return figures.add('kopf_handler_attempts_total', [handler, fact.result]);
    case 'handler-skipped':
      return figures.add('kopf_handler_skipped_total', [handler, fact.filter]);
    case 'result-dropped':
      return figures.add('kopf_results_dropped_total', [handler]);
  }
}

function countBackground(
  { figures, labels }: Counting,
  fact: Of<'timer-spawned' | 'timer-ended' | 'daemon-spawned' | 'daemon-ended'>,
): void {
  const metric = fact.kind.startsWith('timer') ? 'kopf_timers' : 'kopf_daemons';
  figures.add(metric, [labels.handler(fact.handler)], fact.kind.endsWith('spawned') ? 1 : -1);
}

function countWrite({ figures, labels }: Counting, fact: Of<'write-sent' | 'write-ended' | 'finalizer-changed' | 'event-recorded'>): void {
  if (fact.kind === 'event-recorded') return figures.add('kopf_kubernetes_events_total', [fact.outcome]);
  const kind = labels.kind(fact.object.resource);
  switch (fact.kind) {
    case 'write-sent':
      return figures.add('kopf_writes_by_reason_total', [kind, writeReason(fact.why)]);
    case 'write-ended':
      return figures.add('kopf_writes_total', [kind, fact.endpoint, fact.outcome]);
    case 'finalizer-changed':
      return figures.add('kopf_finalizer_changes_total', [kind, fact.change]);
  }
}

/** Words of the adapter and of this package; those of other plugins are not known here. */
function countPlugin({ figures, labels }: Counting, { plugin, name, data }: Of<'plugin'>): void {
  if (!isJsonObject(data)) return;
  const text = (key: string): string => (typeof data[key] === 'string' ? data[key] : 'other');
  if (name === 'request' && plugin === 'kubernetes') {
    figures.add('rest_client_requests_total', [text('method'), text('code')]);
    if (text('code') === '429')
      figures.add('kopf_requests_throttled_total', [labels.room(data['flowSchema']), labels.room(data['priorityLevel'])]);
  }
  if (name === 'leadership') figures.set('leader_election_master_status', [text('lease')], data['leading'] === true ? 1 : 0);
  if (name === 'event-loop-blocked' || name === 'event-loop-lagging')
    figures.add('kopf_handler_blocked_total', [labels.handlerNamed(text('handler'))]);
}

function countWatch({ figures, labels, watches, announce }: Counting, fact: Fact): void {
  if (!('of' in fact)) return;
  const kind = labels.kind(fact.of.resource);
  switch (fact.kind) {
    case 'kind-served':
      labels.declared(fact.handlers);
      for (const metric of ['workqueue_queue_duration_seconds', 'workqueue_work_duration_seconds']) announce(metric, kind);
      for (const handler of fact.handlers) announce('kopf_handler_duration_seconds', handler);
      return beginWithZero(figures, kind, fact);
    case 'watch-health':
      if (fact.state === 'retrying' || fact.state === 'denied') figures.add('kopf_watch_failures_total', [kind, fact.state]);
      return showState(figures, kind, watches.health(fact.of, fact.state, fact.at));
    case 'watch-synced':
      watches.synced(fact.of, fact.at);
      return figures.add('kopf_watch_lists_total', [kind]);
    case 'bookmark-seen':
      return watches.alive(fact.of, fact.at);
    case 'epoch-opened':
      return figures.add('kopf_epochs_total', [kind]);
    case 'kind-released':
      return showState(figures, kind, watches.released(fact.of));
    default:
      return;
  }
}

/** A watch is in one state at a time. */
function showState(
  figures: Figures,
  kind: string,
  change: { readonly before: string | undefined; readonly after: string | undefined },
): void {
  if (change.before === change.after) return;
  if (change.before !== undefined) figures.add('kopf_watches', [kind, change.before], -1);
  if (change.after !== undefined) figures.add('kopf_watches', [kind, change.after]);
}

/** What belongs to no kind, with zero: see {@link beginWithZero}. */
function beginOperator(figures: Figures): void {
  for (const level of ['debug', 'info', 'warn', 'error']) figures.add('kopf_log_lines_total', [level], 0);
  for (const outcome of ['recorded', 'counted', 'suppressed', 'lost']) figures.add('kopf_kubernetes_events_total', [outcome], 0);
  for (const activity of ['startup', 'login', 'probe', 'cleanup'])
    for (const result of RESULTS) figures.add('kopf_activity_attempts_total', [activity, result], 0);
}

/** What can happen is there before it happens: a rate needs a beginning, an alert must not hang on a first failure. */
function beginWithZero(
  figures: Figures,
  kind: string,
  { handlers }: { readonly of: CollectionRef; readonly handlers: readonly string[] },
): void {
  const zero = (metric: string, ...labels: string[]): void => figures.add(metric, labels, 0);
  for (const metric of [
    'workqueue_adds_total',
    'workqueue_retries_total',
    'kopf_events_missed_total',
    'kopf_events_merged_total',
    'kopf_object_failures_total',
    'kopf_watch_lists_total',
    'kopf_epochs_total',
  ])
    zero(metric, kind);
  for (const type of ['LISTED', 'ADDED', 'MODIFIED', 'DELETED']) zero('kopf_events_total', kind, type);
  for (const why of ['echo', 'older']) zero('kopf_events_dropped_total', kind, why);
  for (const reason of REASONS) zero('kopf_causes_total', kind, reason);
  for (const change of ['added', 'removed']) zero('kopf_finalizer_changes_total', kind, change);
  for (const state of ['connecting', 'live', 'retrying', 'denied']) zero('kopf_watches', kind, state);
  for (const state of ['retrying', 'denied']) zero('kopf_watch_failures_total', kind, state);
  for (const endpoint of ['main', 'status'])
    for (const outcome of ['committed', 'failed']) zero('kopf_writes_total', kind, endpoint, outcome);
  for (const reason of ['results', 'progress', 'finalizer']) zero('kopf_writes_by_reason_total', kind, reason);
  for (const why of ['retry', 'back-off', 'consistency', 'store']) zero('kopf_object_waits_total', kind, why);
  for (const handler of handlers) {
    for (const result of RESULTS) zero('kopf_handler_attempts_total', handler, result);
    for (const metric of [
      'kopf_handlers_running',
      'kopf_handler_retries_total',
      'kopf_results_dropped_total',
      'kopf_handler_blocked_total',
    ])
      zero(metric, handler);
  }
}
