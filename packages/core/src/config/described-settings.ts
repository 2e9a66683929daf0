// Every setting there is: its default, its unit, and what it means. `docs/configuration.md` has this table, and a test compares them.
import type { SettingsInput } from '../model/settings-input.js';

/** What values are made of, and in which unit. */
export type SettingUnit =
  | 'duration'
  | 'durations'
  | 'duration or policy'
  | 'duration or null'
  | 'count'
  | 'true or false'
  | 'selectors'
  | 'text'
  | 'level'
  | 'function';

export interface SettingDescription<Value = unknown> {
  readonly unit: SettingUnit;
  /** Where nothing is said; `undefined` is said by `shown`. */
  readonly fallback: Value;
  /** The default in words, where the value does not say it. */
  readonly shown?: string;
  readonly meaning: string;
  /** What Kopf calls it, without `settings.`. */
  readonly kopf?: string;
}

type Described = {
  readonly [Section in keyof SettingsInput]-?: {
    readonly [Name in keyof NonNullable<SettingsInput[Section]>]-?: SettingDescription<NonNullable<SettingsInput[Section]>[Name]>;
  };
};

/** A number is seconds. */
export const DESCRIBED_SETTINGS = {
  process: {
    ultimateExitingTimeout: {
      unit: 'duration or null',
      fallback: 600,
      meaning: 'from the beginning of the end: what cleanup handlers have not done until then is left undone; null: no limit',
      kopf: 'process.ultimate_exiting_timeout',
    },
  },
  queueing: {
    workerLimit: {
      unit: 'count',
      fallback: undefined,
      shown: 'unlimited',
      meaning: 'objects whose change handlers run at the same time',
      kopf: 'queueing.worker_limit',
    },
    writeLimit: {
      unit: 'count',
      fallback: 50,
      meaning: 'requests that change objects in flight at the same time; the others wait, those that release an object first',
    },
    eventLimit: { unit: 'count', fallback: 128, meaning: 'events waiting per object before neighbouring changes merge' },
    errorDelays: {
      unit: 'durations',
      fallback: [1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610],
      meaning:
        'waits after unexpected errors of one object; the last one repeats, of a list without end the first 100 count; empty: until it changes; at most 30 s while the cluster itself is away',
      kopf: 'queueing.error_delays',
    },
    exitTimeout: {
      unit: 'duration',
      fallback: 2,
      meaning: 'what running handlers get at the end of the operator',
      kopf: 'queueing.exit_timeout',
    },
  },
  execution: {
    defaultBackoff: {
      unit: 'duration or policy',
      fallback: 60,
      meaning: 'wait after arbitrary errors of handlers, always the same or by a policy `{ initial, factor, limit, jitter }` that grows',
      kopf: 'execution.default_backoff',
    },
    lifecycle: {
      unit: 'function',
      fallback: undefined,
      shown: '`allAtOnce`',
      meaning: 'which of the change handlers that are due run in one pass, and in which order',
    },
    cancellationTimeout: {
      unit: 'duration',
      fallback: 60,
      meaning:
        'how long a deletion waits for a cancelled handler of the same object, a pass for a hanging event handler, and an attempt for a handler whose `timeout` is over',
    },
  },
  persistence: {
    flushAfter: { unit: 'duration', fallback: 2, meaning: 'a pass that lasts longer writes what it has' },
    flushEvery: { unit: 'duration', fallback: 30, meaning: '… and again so often, if something changed' },
    consistencyTimeout: {
      unit: 'duration',
      fallback: 5,
      meaning:
        'how long to wait for an own write to come back where versions cannot be compared, or for a state that another operator has handled; 0 disables',
      kopf: 'persistence.consistency_timeout',
    },
  },
  background: {
    cancellationPolling: {
      unit: 'duration',
      fallback: 60,
      meaning: 'how often it is told that a daemon without `cancellationTimeout` is still exiting; more than 0',
      kopf: 'background.cancellation_polling',
    },
  },
  watching: {
    labelSelectors: {
      unit: 'selectors',
      fallback: undefined,
      shown: 'none',
      meaning:
        "label selectors for the server, by kind: `{ 'pods.v1': 'team=a' }`; what it does not send does not exist, and nothing is released there",
      kopf: 'watching.label_selectors',
    },
    fieldSelectors: {
      unit: 'selectors',
      fallback: undefined,
      shown: 'none',
      meaning: 'the same for fields, such as `status.phase=Running`',
      kopf: 'watching.field_selectors',
    },
    shardSelectors: {
      unit: 'selectors',
      fallback: undefined,
      shown: 'none',
      meaning:
        'selectors of shards by kind, passed on as they are (alpha in Kubernetes 1.36); servers without it ignore them, so that every instance serves everything',
      kopf: 'watching.shard_selectors',
    },
  },
  posting: {
    enabled: { unit: 'true or false', fallback: true, meaning: 'whether Kubernetes Events are posted', kopf: 'posting.enabled' },
    loggers: {
      unit: 'true or false',
      fallback: false,
      meaning: 'whether what handlers log becomes Kubernetes Events, too, with what the engine says of change handlers and timers',
      kopf: 'posting.loggers',
    },
    level: {
      unit: 'level',
      fallback: 'info',
      meaning: 'the lowest level that is posted: `debug`, `info`, `warn` or `error`',
      kopf: 'posting.level',
    },
    reportingComponent: {
      unit: 'text',
      fallback: undefined,
      shown: "the operator's name, or `kopf` without one",
      meaning: 'who posts',
      kopf: 'posting.reporting_component',
    },
    reportingInstance: { unit: 'text', fallback: 'dev', meaning: 'which one of it', kopf: 'posting.reporting_instance' },
    eventNamePrefix: {
      unit: 'text',
      fallback: 'kopf-event-',
      meaning: 'beginning of the names of Kubernetes Events',
      kopf: 'posting.event_name_prefix',
    },
    defaultBackoffs: {
      unit: 'durations',
      fallback: [1, 1, 2, 3, 5, 8, 13, 21],
      meaning: 'waits before further attempts to post what handlers ask for; empty: one attempt',
      kopf: 'posting.default_backoffs',
    },
    loggingBackoffs: {
      unit: 'durations',
      fallback: [1, 1, 2, 3, 5],
      meaning: 'the same for Events made of log lines',
      kopf: 'posting.logging_backoffs',
    },
    workerLimit: { unit: 'count', fallback: 4, meaning: 'Events being posted at the same time', kopf: 'posting.worker_limit' },
  },
  probing: {
    maxAge: {
      unit: 'duration',
      fallback: 10,
      meaning: 'how long what probe handlers said is given again without asking them; 0: never',
    },
  },
  explaining: {
    factLimit: {
      unit: 'count',
      fallback: 10_000,
      meaning: 'facts kept in memory for explanations, of all objects together; 0: none',
    },
  },
  scanning: {
    disabled: {
      unit: 'true or false',
      fallback: false,
      meaning: 'whether kinds and namespaces that come and go are not noticed: what is there at the start counts',
      kopf: 'scanning.disabled',
    },
  },
} as const satisfies Described;

/** All settings by section and name, with unit, default and meaning: for tables, and for those who read settings as text. */
export const SETTINGS_TABLE: Readonly<Record<string, Readonly<Record<string, SettingDescription>>>> = DESCRIBED_SETTINGS;
