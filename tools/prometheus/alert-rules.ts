// The rules that somebody wants to be woken by, with names of metrics that the table knows.
import { METRICS } from '@kopfts/observability';
import { stringify } from 'yaml';

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly severity: 'warning' | 'critical';
  readonly summary: string;
}

/** @throws Error for a name that is not in the table. */
export function metric(name: string): string {
  if (!METRICS.some((one) => one.name === name)) throw new Error(`${name} is no metric of the table`);
  return name;
}

const ALERTS: readonly Alert[] = [
  {
    alert: 'KopfOperatorNotReady',
    expr: `max by (operator) (${metric('kopf_ready')}) == 0`,
    for: '10m',
    severity: 'critical',
    summary: 'No process of the operator {{ $labels.operator }} is ready.',
  },
  {
    alert: 'KopfWatchBroken',
    expr: `sum by (operator, kind) (${metric('kopf_watches')}{state=~"retrying|denied"}) > 0`,
    for: '5m',
    severity: 'critical',
    summary: 'The operator {{ $labels.operator }} does not see changes of {{ $labels.kind }}.',
  },
  {
    alert: 'KopfWatchSilent',
    expr: `max by (operator, kind) (${metric('kopf_watch_silence_seconds')}) > 900`,
    for: '5m',
    severity: 'warning',
    summary: 'A watch of {{ $labels.kind }} gave no sign of life for a quarter of an hour.',
  },
  {
    alert: 'KopfEventsMissed',
    expr: `sum by (operator, kind) (increase(${metric('kopf_events_missed_total')}[1h])) > 0`,
    for: '0m',
    severity: 'warning',
    summary: 'Changes of {{ $labels.kind }} were found by a list only.',
  },
  {
    alert: 'KopfHandlerFails',
    expr: `sum by (operator, handler) (rate(${metric('kopf_handler_attempts_total')}{result=~"failed|retry"}[15m])) / sum by (operator, handler) (rate(${metric('kopf_handler_attempts_total')}[15m])) > 0.5`,
    for: '15m',
    severity: 'warning',
    summary: 'More than half of the attempts of the handler {{ $labels.handler }} fail.',
  },
  {
    alert: 'KopfHandlerStuck',
    expr: `max by (operator, handler) (${metric('kopf_handler_longest_running_seconds')}) > 600 unless on (operator, handler) ${metric('kopf_daemons')} > 0`,
    for: '0m',
    severity: 'warning',
    summary: 'An attempt of the handler {{ $labels.handler }} runs for more than ten minutes.',
  },
  {
    alert: 'KopfHandlerBlocksEventLoop',
    expr: `sum by (operator, handler) (increase(${metric('kopf_handler_blocked_total')}[15m])) > 0`,
    for: '0m',
    severity: 'warning',
    summary: 'The handler {{ $labels.handler }} blocks the event loop: move its computing to a worker thread.',
  },
  {
    alert: 'KopfEventLoopLags',
    expr: `max by (operator) (${metric('kopf_event_loop_lag_seconds')}{quantile="0.99"}) > 0.5`,
    for: '10m',
    severity: 'warning',
    summary: 'The event loop of the operator {{ $labels.operator }} is late by more than half a second.',
  },
  {
    alert: 'KopfQueueSlow',
    expr: `histogram_quantile(0.99, sum by (operator, name, le) (rate(${metric('workqueue_queue_duration_seconds')}_bucket[10m]))) > 30`,
    for: '10m',
    severity: 'warning',
    summary: 'Objects of {{ $labels.name }} wait for a worker for more than half a minute.',
  },
  {
    alert: 'KopfWritesFail',
    expr: `sum by (operator, kind) (rate(${metric('kopf_writes_total')}{outcome="failed"}[10m])) > 0`,
    for: '10m',
    severity: 'warning',
    summary: 'Writes to {{ $labels.kind }} fail.',
  },
  {
    alert: 'KopfResultsRefused',
    expr: `sum by (operator, handler) (increase(${metric('kopf_results_dropped_total')}[1h])) > 0`,
    for: '0m',
    severity: 'warning',
    summary: 'The API server refuses the results of the handler {{ $labels.handler }}.',
  },
  {
    alert: 'KopfTasksAbandoned',
    expr: `max by (operator) (${metric('kopf_abandoned_tasks')}) > 0`,
    for: '15m',
    severity: 'warning',
    summary: 'Daemons or timers of the operator {{ $labels.operator }} ignore that they were told to stop.',
  },
];

/** The file of rules, for Prometheus. */
export function alertRules(): string {
  const rules = ALERTS.map(({ alert, expr, for: after, severity, summary }) => ({
    alert,
    expr,
    for: after,
    labels: { severity },
    annotations: { summary },
  }));
  return `# Made from the table of metrics; the test beside its maker compares.\n${stringify({ groups: [{ name: 'kopfts', rules }] }, { lineWidth: 0 })}`;
}
