// All metrics, as data: what is registered, documented, drawn and alerted on comes from here, and a test compares them.

/** Who says its value: facts as they happen, or a look at the operator when somebody asks. */
export type MetricSource = 'facts' | 'look';

/** One metric. */
export interface MetricDescription {
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  /** By the Unified Code for Units of Measure, as OpenTelemetry has it; `1` for counts. */
  readonly unit: '1' | 's' | 'By';
  /** Besides `operator`, which all have. Never names of objects or namespaces: their number has no bound. */
  readonly labels: readonly string[];
  readonly meaning: string;
  readonly source: MetricSource;
}

const counter = (name: string, labels: readonly string[], meaning: string): MetricDescription => ({
  name,
  kind: 'counter',
  unit: '1',
  labels,
  meaning,
  source: 'facts',
});
const gauge = (name: string, labels: readonly string[], meaning: string): MetricDescription => ({
  ...counter(name, labels, meaning),
  kind: 'gauge',
});
const looked = (name: string, labels: readonly string[], meaning: string): MetricDescription => ({
  ...gauge(name, labels, meaning),
  source: 'look',
});
const histogram = (name: string, labels: readonly string[], meaning: string): MetricDescription => ({
  ...counter(name, labels, meaning),
  kind: 'histogram',
  unit: 's',
});
const inSeconds = (metric: MetricDescription): MetricDescription => ({ ...metric, unit: 's' });
const inBytes = (metric: MetricDescription): MetricDescription => ({ ...metric, unit: 'By' });

/** Bounds of the buckets of all histograms, in seconds: from a handler that waits for nothing to one that needs minutes. */
export const BUCKETS: readonly number[] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** Those that dashboards of controllers know already. */
const KNOWN: readonly MetricDescription[] = [
  counter('workqueue_adds_total', ['name'], 'Looks at objects, by the kind.'),
  looked('workqueue_depth', ['name'], 'Objects that wait for a worker.'),
  histogram('workqueue_queue_duration_seconds', ['name'], 'How long objects waited for a worker.'),
  histogram('workqueue_work_duration_seconds', ['name'], 'How long a look at an object took, with its handlers and writes.'),
  counter('workqueue_retries_total', ['name'], 'Looks that are to be repeated: a handler is to be tried again, or something failed.'),
  inSeconds(looked('workqueue_unfinished_work_seconds', ['name'], 'Ages of all looks that go on, added up.')),
  inSeconds(looked('workqueue_longest_running_processor_seconds', ['name'], 'Age of the oldest look that goes on.')),
  counter('rest_client_requests_total', ['method', 'code'], 'Requests to the API server by method and status; `<error>`: no answer.'),
  gauge('leader_election_master_status', ['name'], '1 while this process holds the lease of that name.'),
  inBytes(looked('process_resident_memory_bytes', [], 'Memory of the process that is in RAM.')),
  inSeconds({ ...looked('process_cpu_seconds_total', [], 'Time of processors that the process used.'), kind: 'counter' }),
];

const OF_HANDLERS: readonly MetricDescription[] = [
  counter('kopf_handler_attempts_total', ['handler', 'result'], 'Attempts of handlers by how they ended.'),
  histogram('kopf_handler_duration_seconds', ['handler'], 'How long attempts took.'),
  gauge('kopf_handlers_running', ['handler'], 'Attempts that go on.'),
  inSeconds(looked('kopf_handler_longest_running_seconds', ['handler'], 'Age of the oldest attempt that goes on.')),
  counter('kopf_handler_retries_total', ['handler'], 'Attempts that were not the first.'),
  counter('kopf_handler_skipped_total', ['handler', 'filter'], 'Objects that a handler was not called for, by the filter that said no.'),
  counter('kopf_handler_blocked_total', ['handler'], 'How often a handler was found blocking the event loop.'),
  counter('kopf_activity_attempts_total', ['activity', 'result'], 'Attempts of the handlers of startup, cleanup, login and probes.'),
  gauge('kopf_timers', ['handler'], 'Timers that run.'),
  gauge('kopf_daemons', ['handler'], 'Daemons that run.'),
  looked('kopf_abandoned_tasks', [], 'Timers and daemons that ignored that they were told to stop, and still run.'),
  looked('kopf_index_keys', ['index'], 'Keys of an index.'),
  looked('kopf_index_objects', ['index'], 'Objects that have something in an index.'),
];

const OF_OBJECTS: readonly MetricDescription[] = [
  counter('kopf_events_total', ['kind', 'type'], 'States of objects that arrived; `LISTED`: found by a list.'),
  counter('kopf_events_dropped_total', ['kind', 'why'], 'States that were no news: echoes of own writes, or older ones.'),
  counter('kopf_events_merged_total', ['kind'], 'Events merged with their neighbours because their object had too many.'),
  counter('kopf_events_missed_total', ['kind'], 'Changes that no watch told and a later list found.'),
  counter('kopf_causes_total', ['kind', 'reason'], 'Looks at objects by the cause that was detected.'),
  counter('kopf_object_failures_total', ['kind'], 'Looks that ended in an unexpected error; the object is backed off.'),
  counter('kopf_object_waits_total', ['kind', 'why'], 'Waits of objects by their reason.'),
  counter('kopf_passes_held_total', ['kind', 'plugin'], 'Looks that a plugin put off.'),
  looked('kopf_objects', ['kind'], 'Objects that are known.'),
  looked('kopf_objects_in_memory', ['kind'], 'Objects whose body is kept in memory.'),
  looked('kopf_objects_in_progress', ['kind'], 'Objects with a look that goes on, waits, or is to be repeated.'),
  inSeconds(looked('kopf_queue_age_seconds', ['kind'], 'How long the object waits for its turn by now that waits longest.')),
  looked('kopf_events_queued', ['kind'], 'Events that wait for event handlers.'),
];

const OF_THE_CLUSTER: readonly MetricDescription[] = [
  gauge('kopf_watches', ['kind', 'state'], 'Watches by their state: `connecting`, `live`, `retrying` or `denied`.'),
  inSeconds(looked('kopf_watch_silence_seconds', ['kind'], 'How long ago the most silent watch of a kind gave its last sign of life.')),
  counter('kopf_watch_failures_total', ['kind', 'state'], 'How often watches broke or were denied.'),
  counter(
    'kopf_watch_lists_total',
    ['kind'],
    'Lists that were completed; more than one for a watch: it was listed again, or taken up again.',
  ),
  counter(
    'kopf_requests_throttled_total',
    ['flow_schema', 'priority_level'],
    'Requests that the server had no room for (429), by the uids of the flow schema and the priority level they were counted to.',
  ),
  counter('kopf_epochs_total', ['kind'], 'How often the history of a kind went back, as after a restored backup.'),
  counter('kopf_writes_total', ['kind', 'endpoint', 'outcome'], 'Writes to objects by what became of them.'),
  counter('kopf_writes_by_reason_total', ['kind', 'reason'], 'Writes to objects by what they were for.'),
  counter('kopf_finalizer_changes_total', ['kind', 'change'], 'Finalizers added and removed.'),
  counter('kopf_results_dropped_total', ['handler'], 'Results of handlers that the server refused.'),
  counter('kopf_kubernetes_events_total', ['outcome'], 'Kubernetes Events by what became of them.'),
];

const OF_THE_PROCESS: readonly MetricDescription[] = [
  looked('kopf_ready', [], '1 if nothing keeps the operator from its work.'),
  looked('kopf_build', ['version'], 'Always 1; the version of the framework.'),
  counter('kopf_log_lines_total', ['level'], 'Lines that handlers and the engine logged.'),
  inSeconds(
    looked('kopf_event_loop_lag_seconds', ['quantile'], 'How late the event loop was since the last look: 0.5, 0.99 and 1 (the most).'),
  ),
];

/** The table. */
export const METRICS: readonly MetricDescription[] = [...KNOWN, ...OF_HANDLERS, ...OF_OBJECTS, ...OF_THE_CLUSTER, ...OF_THE_PROCESS];
