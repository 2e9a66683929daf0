// An operator as it is, for users' tests: real time, real HTTP, the configuration of the project. The twin of Kopf's KopfRunner.
import type { ApiServer } from '@kopfts/apiserver';
import {
  createRecordingFactSink,
  type Duration,
  durationMs,
  type Fact,
  type FactSink,
  type JsonObject,
  type Operator,
  type OperatorConfig,
  type SettingsInput,
  startOperator,
  systemClock,
} from '@kopfts/core';
import type { ClusterDriver, NewObject } from '../cluster-driver.js';
import { HarnessMisuseError, RunnerTimeoutError } from '../errors.js';
import { givenCluster, openServer, type RunnerCluster } from './runner-cluster.js';
import { outputLine } from './runner-output.js';

export interface RunnerOptions {
  /** What `kopf.config.ts` exports by default, as it is: its cluster client is led to the cluster of the runner. */
  readonly config: OperatorConfig;
  /** Settings on top of those of the configuration, section by section. */
  readonly settings?: SettingsInput | undefined;
  /** Definitions of kinds for the in-memory API server; see `customResourceDefinition`. */
  readonly crds?: readonly JsonObject[] | undefined;
  /** Other objects that are there before the operator. */
  readonly objects?: readonly NewObject[] | undefined;
  /** Path of the kubeconfig of a cluster to run on instead, with `context`; `crds` and `objects` are not for it. */
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  /** How long the start, each `until` and the stop may take; default 10 s. */
  readonly timeout?: Duration | undefined;
  /** Whether the error that ended the operator is thrown by `startRunner` and `stop`; default true. Else it is in the result only. */
  readonly reraise?: boolean | undefined;
}

/** How it ended. */
export interface RunnerResult {
  /** What the process would end with: 0, or 1 for an error. */
  readonly exitCode: 0 | 1;
  readonly error: unknown;
  /** What handlers logged and how they ended, line by line; see {@link Runner.output}. */
  readonly output: string;
}

/** A running operator, and somebody else at its cluster: `create`, `get`, `patch`, … on the in-memory API server. */
export interface Runner extends ClusterDriver {
  readonly operator: Operator | undefined;
  /** The in-memory API server; `undefined` on a cluster that was given. */
  readonly server: ApiServer | undefined;
  /** What the engine said. */
  readonly facts: readonly Fact[];
  /** Lines such as `[default/one] Handler 'create_fn' succeeded.`, and what handlers logged. What they print is not caught. */
  readonly output: string;
  /**
   * Waits until the expectation throws no more.
   *
   * @throws its error when the time is over, or the error that ended the operator meanwhile.
   */
  until(expectation: () => void | Promise<void>, within?: Duration): Promise<void>;
  /**
   * Asks the operator to stop, waits, and takes the cluster down. Called again, it gives the same result.
   *
   * @throws RunnerTimeoutError `KOPF_RUNNER_TIMEOUT` if it still runs when the time is over; with `reraise` what ended the operator.
   */
  stop(): Promise<RunnerResult>;
}

const POLL_MS = 20;

/**
 * Starts an operator and waits until it is ready.
 *
 * @throws RunnerTimeoutError `KOPF_RUNNER_TIMEOUT`; with `reraise`, what ended the operator. Nothing is left running then.
 * @example
 * const runner = await startRunner({ config, crds: [customResourceDefinition({ group: 'kopf.dev', kind: 'KopfExample' })] });
 * await runner.create(object);
 * await runner.until(async () => expect((await runner.get(object))?.status).toBeDefined());
 * const { exitCode, output } = await runner.stop();
 */
export async function startRunner(options: RunnerOptions): Promise<Runner> {
  if (options.kubeconfig !== undefined && (options.crds !== undefined || options.objects !== undefined))
    throw new HarnessMisuseError(
      '`crds` and `objects` are for the in-memory API server, but a cluster is given.',
      'Create them by kubectl.',
    );
  const { kubeconfig, context } = options;
  const cluster =
    kubeconfig === undefined
      ? await openServer([...(options.crds ?? []), ...(options.objects ?? [])])
      : givenCluster({ kubeconfig, context });
  const ending = new AbortController();
  const beginning = run(options, cluster, ending.signal);
  try {
    await within(
      timeoutOf(options),
      'the operator does not begin',
      beginning.then(() => undefined),
    );
  } catch (error) {
    ending.abort(error);
    await cluster.close();
    throw error;
  }
  const running = await beginning;
  const runner = runnerOf(options, cluster, running);
  try {
    await within(timeoutOf(options), 'the operator is not ready', Promise.race([running.ready, running.over]));
  } catch (error) {
    await runner.stop().catch(() => undefined);
    throw error;
  }
  if (running.failure !== undefined && options.reraise !== false) await runner.stop();
  return runner;
}

interface Running {
  readonly operator: Operator | undefined;
  readonly sink: FactSink & { readonly facts: readonly Fact[] };
  /** Resolves when it is ready; never rejects. */
  readonly ready: Promise<void>;
  /** Resolves when it has ended, however; never rejects. */
  readonly over: Promise<void>;
  failure: { readonly error: unknown } | undefined;
}

/** Never rejects. */
async function run({ config, settings }: RunnerOptions, cluster: RunnerCluster, signal: AbortSignal): Promise<Running> {
  const sink = createRecordingFactSink();
  const merged = { ...config, settings: mergedSettings(config.settings, settings) };
  try {
    const operator = await startOperator(merged, { cluster: cluster.selection, factSinks: [sink], signal });
    const never = new Promise<void>(() => undefined);
    const running: Running = {
      operator,
      sink,
      ready: operator.ready.catch(() => never),
      over: operator.stopped.catch((error: unknown) => {
        running.failure = { error };
      }),
      failure: undefined,
    };
    return running;
  } catch (error) {
    return { operator: undefined, sink, ready: Promise.resolve(), over: Promise.resolve(), failure: { error } };
  }
}

function mergedSettings(own: SettingsInput = {}, more: SettingsInput = {}): SettingsInput {
  const sections = Object.keys({ ...own, ...more }) as (keyof SettingsInput)[];
  return Object.fromEntries(sections.map((section) => [section, { ...own[section], ...more[section] }]));
}

function runnerOf(options: RunnerOptions, cluster: RunnerCluster, running: Running): Runner {
  const { facts } = running.sink;
  let stopping: Promise<RunnerResult> | undefined;
  const output = (): string => facts.flatMap((fact) => outputLine(fact) ?? []).join('\n');
  const end = async (): Promise<RunnerResult> => {
    try {
      running.operator?.stop().catch(() => undefined);
      await within(timeoutOf(options), 'the operator did not stop and still runs', running.over);
    } finally {
      await cluster.close();
    }
    return { exitCode: running.failure === undefined ? 0 : 1, error: running.failure?.error, output: output() };
  };
  const stop = async (): Promise<RunnerResult> => {
    const result = await (stopping ??= end());
    if (running.failure !== undefined && options.reraise !== false) throw running.failure.error;
    return result;
  };
  return {
    ...cluster.driver,
    operator: running.operator,
    server: cluster.server,
    facts,
    get output() {
      return output();
    },
    until: (expectation, limit) => until(running, expectation, limit === undefined ? timeoutOf(options) : durationMs(limit, 'within')),
    stop,
  };
}

async function until(running: Running, expectation: () => void | Promise<void>, ms: number): Promise<void> {
  const { signal } = new AbortController();
  const giveUpMs = systemClock.monotonicMs() + ms;
  for (;;) {
    try {
      await expectation();
      return;
    } catch (error) {
      if (running.failure !== undefined) throw running.failure.error;
      if (systemClock.monotonicMs() >= giveUpMs) throw error;
    }
    await systemClock.sleep(POLL_MS, signal);
  }
}

function timeoutOf({ timeout }: RunnerOptions): number {
  return durationMs(timeout ?? 10, 'timeout');
}

async function within(ms: number, what: string, promise: Promise<void>): Promise<void> {
  const patience = new AbortController();
  const late = systemClock.sleep(ms, patience.signal).then(
    () => 'late' as const,
    () => undefined,
  );
  try {
    if ((await Promise.race([promise, late])) === 'late') throw new RunnerTimeoutError(what, ms);
  } finally {
    patience.abort();
  }
}
