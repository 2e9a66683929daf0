// An operator from its start to its end. Nothing here is shared between operators: several run in one process.
import { parseConfig, parseHandlers, type OperatorConfig, type ParsedConfig } from '../config/define-config.js';
import { freezeSettings, mutableSettings, parseSettings, type Settings } from '../config/settings.js';
import { BugError, NotServingError } from '../errors.js';
import { mergeActivities, mergeHandlers, type Registry } from '../handlers/registry.js';
import { createFactMemory, type FactMemory } from '../explain/fact-memory.js';
import type { ExplainedRef, Explanation, ExplainOptions } from '../model/explanation.js';
import type { FactBody } from '../model/fact.js';
import type { OperatorInspection } from '../model/inspection.js';
import type { Json } from '../model/json.js';
import { identityOf } from '../model/operator-identity.js';
import type { MutableSettings } from '../model/settings-input.js';
import { runService } from '../plugin/ask-plugin.js';
import { composePlugins, type Composition } from '../plugin/host.js';
import type { ClusterSelection, ProbeResults, ServedOperator, Unreadiness } from '../plugin/plugin.js';
import type { Clock } from '../ports/clock.js';
import type { FactSink } from '../ports/fact-sink.js';
import type { Random } from '../ports/random.js';
import type { Rarely } from '../ports/rare-way.js';
import type { TaskScope } from '../ports/task-scope.js';
import { toJson } from '../patch/json-value.js';
import { systemClock } from '../runtime/system-clock.js';
import { systemRandom } from '../runtime/system-random.js';
import { VERSION } from '../version.js';
import { beginPlaces } from './begin-places.js';
import { createBackgroundLedger, type BackgroundLedger } from './background/ledger.js';
import { createTimerQueue } from './background/timer-queue.js';
import { isAbort, type EngineContext } from './context.js';
import { explainIn, inspectIn, servedOperator } from './look-inside.js';
import { createFactStream, type FactStream } from './fact-stream.js';
import { limitExit } from './exit-limit.js';
import { factError } from './fact-error.js';
import { followCatalogue, untilStopped } from './follow-catalogue.js';
import { createIndexes, type Indexes } from './indexes.js';
import { limitWrites } from './limit-writes.js';
import { loginOf } from './login.js';
import { createChildren } from './children/children.js';
import { createWatchedObjects } from './children/watched-objects.js';
import { createEventPoster } from './post-events.js';
import { createPartsLife, openParts, type OpenedParts, type PartsLife } from './open-parts.js';
import { createProber } from './prober.js';
import { raceAbort } from './race-abort.js';
import { runTaskScope } from './run-task-scope.js';
import { runActivity } from './run-activity.js';
import { createSemaphore } from './semaphore.js';
import { serveCluster, type ServedCluster } from './serve-cluster.js';
import { createSlotLives } from './slot-life.js';
import { createSteadyClock } from './steady-clock.js';
import { createRooms } from './rooms.js';
import { unreadinessOf } from './unreadiness.js';
import { createWakeup } from './wakeup.js';

/** Time and chance; the system's by default, manual in simulations. */
export interface OperatorRuntime {
  readonly clock: Clock;
  readonly random: Random;
  /** For simulations: takes ways that are legal and rare. Default: never. */
  readonly rarely?: Rarely | undefined;
}

export interface StartOptions {
  /** Aborting it is the same as `stop()`. */
  readonly signal?: AbortSignal | undefined;
  readonly runtime?: OperatorRuntime | undefined;
  /** What the person at the command line chose; goes before the configuration. */
  readonly cluster?: ClusterSelection | undefined;
  /** Observers besides those of plugins. */
  readonly factSinks?: readonly FactSink[] | undefined;
  /**
   * Its handlers can be exchanged by `replaceHandlers`, as `kopf dev` does at each save. It keeps the bodies of all objects for that: new handlers
   * are asked about objects that nothing happens to. Default: false.
   *
   * @experimental
   */
  readonly replaceable?: boolean | undefined;
}

/** A running operator. */
export interface Operator {
  /** Resolves when everything served at the start was listed and is being watched; rejects if the operator ends before. */
  readonly ready: Promise<void>;
  /** Resolves after a stop that was asked for; rejects with a coded error if the operator had to end by itself. */
  readonly stopped: Promise<void>;
  /**
   * Ends it: nothing new starts, running handlers are told and get `settings.queueing.exitTimeout`, then cleanup handlers run, within
   * `settings.process.ultimateExitingTimeout`. Resolves when all is over; rejects as `stopped` does.
   */
  stop(): Promise<void>;
  /**
   * What its handlers of `on.probe` say of it, by id; for endpoints of your own. What they said is kept for `settings.probing.maxAge`.
   *
   * @throws ActivityFailedError `KOPF_ACTIVITY_FAILED` if one failed for good; NotServingError `KOPF_NOT_SERVING` before the startup
   *   handlers have ended, and when it is stopping.
   */
  probe(): Promise<ProbeResults>;
  /**
   * Puts these registries in the place of those it runs; its watches, memos and whatever runs by a handler that is in both go on. Handlers are
   * the same if they are the same declaration, as a value: a module that was evaluated again has others. What runs by others is told to stop
   * and begins anew with what takes its place; each object known is judged by the new handlers as at a restart, without being listed again.
   * `on.startup` and `on.login` stay as they were; `on.cleanup` and `on.probe` are the new ones. Resolves when the new handlers are in force.
   *
   * @throws InvalidConfigError for what is no registry; DuplicateIdError for probes; NotServingError `KOPF_NOT_SERVING` if it was not started
   *   with `replaceable`, or is stopping.
   * @experimental
   */
  replaceHandlers(handlers: OperatorConfig['handlers']): Promise<void>;
  /** Why it cannot do its work now, although it lives. Empty: it is ready. For readiness probes, not for liveness (design 6.12). */
  readiness(): readonly Unreadiness[];
  /**
   * What it holds in memory now: for explanations, dashboards and tests. Empty before discovery and after the end.
   *
   * @experimental
   */
  inspect(): OperatorInspection;
  /**
   * Why handlers ran for an object, or did not: from the latest facts, of which `settings.explaining.factLimit` are remembered, and from what
   * is held. `explanationText` makes sentences of it.
   *
   * @throws InvalidSelectorError `KOPF_INVALID_SELECTOR` for a kind that cannot be one.
   * @experimental
   * @example explanationText(op.explain({ kind: 'KopfExample', namespace: 'default', name: 'one' }, { handler: 'create_fn' }))
   */
  explain(ref: ExplainedRef, options?: ExplainOptions): Explanation;
}

/**
 * Starts an operator. Resolves when its configuration was accepted and its plugins were opened; then await `ready`.
 *
 * @throws KopfError with a code for a wrong configuration, plugins in each other's way, or a plugin that cannot open its part.
 */
export async function startOperator(config: OperatorConfig, options: StartOptions = {}): Promise<Operator> {
  const parsed = parseConfig(config);
  const late: { running?: Running } = {};
  const runtime = options.runtime ?? { clock: systemClock, random: systemRandom };
  const factLimit = (): number => (late.running?.settings ?? parsed.settings).explaining.factLimit;
  const memory = createFactMemory(factLimit);
  const facts = createFactStream(runtime.clock, [...(factLimit() > 0 ? [memory] : []), ...(options.factSinks ?? [])]);
  const identity = identityOf(parsed.name);
  const login = loginOf(parsed.registries, () => {
    if (late.running === undefined) throw new BugError('credentials were asked for before the parts were opened');
    const { frozen, settings } = late.running;
    return { ...activityParts(late.running), settings: frozen, defaultBackoff: settings.execution.defaultBackoff };
  });
  const composition = composePlugins(parsed.plugins, {
    identity,
    ...runtime,
    login,
    cluster: options.cluster ?? {},
    emit: (fact) => facts.emit(fact),
  });
  const parts = createPartsLife((fact) => facts.emit(fact));
  const opened = await openParts(composition, { clock: runtime.clock, signal: options.signal, facts, life: parts });
  const { settings } = parsed;
  late.running = {
    parsed,
    registries: parsed.registries,
    options,
    runtime,
    facts,
    memory,
    composition,
    parts,
    opened,
    indexes: createIndexes(mergeHandlers(parsed.registries)),
    memo: undefined,
    settings,
    frozen: mutableSettings({}),
    served: undefined,
    background: createBackgroundLedger(),
    prober: undefined,
  };
  return runOperator(late.running);
}

interface Running {
  readonly parsed: ParsedConfig;
  /** Whose handlers it runs now. */
  registries: readonly Registry[];
  readonly options: StartOptions;
  readonly runtime: OperatorRuntime;
  readonly facts: FactStream;
  readonly memory: FactMemory;
  readonly composition: Composition;
  readonly parts: PartsLife;
  readonly opened: OpenedParts;
  /** Exist, empty, before the first startup handler (spec I-02). */
  readonly indexes: Indexes;
  /** Of the operator, made for the first handler of an activity; those of objects are made of it. */
  memo: { readonly value: unknown } | undefined;
  /** As configured, then as startup handlers left them. */
  settings: Settings;
  /** The same for handlers; cannot be changed any more. */
  frozen: MutableSettings;
  /** Set while the cluster is served. */
  served: ServedCluster | undefined;
  readonly background: BackgroundLedger;
  /** Set while probes can be run. */
  prober: Pick<ServedOperator, 'probe'> | undefined;
}

function runOperator(running: Running): Operator {
  const { facts, options, parts, parsed } = running;
  const stopping = new AbortController();
  const limit = limitExit(running.runtime.clock, stopping.signal, () => running.settings.process.ultimateExitingTimeoutMs);
  const stop = (why: string): void => {
    if (stopping.signal.aborted) return;
    facts.emit({ kind: 'operator-stopping', why });
    stopping.abort(new Error(why));
  };
  const asked = (): void => stop('its signal was aborted');
  if (options.signal?.aborted) asked();
  else options.signal?.addEventListener('abort', asked, { once: true });
  let ready: { resolve(): void; reject(error: unknown): void } | undefined;
  const readiness = new Promise<void>((resolve, reject) => (ready = { resolve, reject }));
  const stopped = (async () => {
    facts.emit({ kind: 'operator-started', name: parsed.name, version: VERSION });
    let failure: { readonly error: unknown } | undefined;
    try {
      await liveThrough(running, { stopping, exceeded: limit.exceeded, ready: () => ready?.resolve() });
      ready?.reject(stopping.signal.reason);
    } catch (error) {
      failure = { error };
      ready?.reject(error);
    }
    options.signal?.removeEventListener('abort', asked);
    running.served = undefined;
    await raceAbort(parts.close(), limit.exceeded, undefined);
    limit.dispose();
    facts.emit({ kind: 'operator-stopped' });
    if (failure) throw failure.error;
    limit.exceeded.throwIfAborted();
  })();
  // Whoever wants to know asks; nobody asking must not end the process.
  readiness.catch(() => undefined);
  stopped.catch(() => undefined);
  return {
    ready: readiness,
    stopped,
    async stop() {
      stop('it was asked to stop');
      await stopped;
    },
    probe: () => (running.prober && !stopping.signal.aborted ? running.prober.probe() : Promise.reject(new NotServingError('probe()'))),
    replaceHandlers: (handlers) => replaceHandlers(running, handlers, { readiness, stopping: stopping.signal }),
    readiness: () => readinessOf(running, stopping.signal),
    inspect: () => inspectIn(running),
    explain: (ref, asked) => explainIn(running, ref, asked),
  };
}

interface Exchange {
  readonly readiness: Promise<void>;
  readonly stopping: AbortSignal;
}

async function replaceHandlers(running: Running, handlers: OperatorConfig['handlers'], { readiness, stopping }: Exchange): Promise<void> {
  const registries = parseHandlers(handlers);
  mergeActivities(registries);
  const refusal = new NotServingError('replaceHandlers(), of an operator started with `replaceable`,');
  if (running.options.replaceable !== true || stopping.aborted) throw refusal;
  await readiness;
  running.registries = registries;
  const done = running.served?.exchange(mergeHandlers(registries)).then(() => 'done' as const);
  if ((await raceAbort(done ?? Promise.resolve(undefined), stopping, undefined)) !== 'done') throw refusal;
}

function readinessOf(running: Running, stopping: AbortSignal): readonly Unreadiness[] {
  return unreadinessOf({ ...running.opened, served: running.served, isStopping: stopping.aborted });
}

interface Living {
  readonly stopping: AbortController;
  /** Aborts when the end takes too long. */
  readonly exceeded: AbortSignal;
  readonly ready: () => void;
}

/** Startup, service, cleanup. What ended the service counts more than what the cleanup ran into. */
async function liveThrough(running: Running, { stopping, exceeded, ready }: Living): Promise<void> {
  const isUp = await startUp(running, stopping.signal);
  if (!isUp) return;
  let failure: { readonly error: unknown } | undefined;
  try {
    await serveUntilStopped(running, stopping, ready);
  } catch (error) {
    failure = { error };
  }
  try {
    await cleanUp(running, exceeded);
  } catch (error) {
    failure ??= { error };
  }
  if (failure) throw failure.error;
}

/** False: it was asked to stop meanwhile. Throws what a startup handler failed for (spec AC-05), or the setting that it made unusable. */
async function startUp(running: Running, stopping: AbortSignal): Promise<boolean> {
  const { parsed, settings: before } = running;
  const settings = mutableSettings(parsed.settingsInput);
  const afterEach = (): void => {
    running.settings = parseSettings(settings);
  };
  try {
    await runActivity({
      ...activityParts(running),
      activity: 'startup',
      settings,
      client: running.opened.client,
      signal: stopping,
      defaultBackoff: before.execution.defaultBackoff,
      afterEach,
    });
    running.frozen = freezeSettings(settings);
    return true;
  } catch (error) {
    if (isAbort(error, stopping)) return false;
    throw error;
  }
}

/** However the service ended. There is no limit of time but that of the end as a whole (spec AC-10). */
async function cleanUp(running: Running, signal: AbortSignal): Promise<void> {
  const settings = running.frozen;
  const { defaultBackoff } = running.settings.execution;
  const client = running.opened.client;
  await runActivity({ ...activityParts(running), activity: 'cleanup', settings, client, signal, defaultBackoff });
}

async function askProbes(running: Running, signal: AbortSignal): Promise<ProbeResults> {
  const settings = running.frozen;
  const { defaultBackoff } = running.settings.execution;
  const client = running.opened.client;
  const keep = (result: unknown, handler: string): unknown => toJson(result, `the result of the probe '${handler}'`);
  const results = await runActivity({ ...activityParts(running), activity: 'probe', settings, client, signal, defaultBackoff, keep });
  return Object.freeze(Object.fromEntries(results) as Record<string, Json>);
}

function activityParts(running: Running) {
  const { registries, runtime, facts } = running;
  const memo = (): unknown => (running.memo ??= { value: registries[0]?.createMemo() ?? {} }).value;
  return {
    handlers: mergeActivities(registries),
    ...runtime,
    clock: createSteadyClock(runtime.clock),
    memo,
    indexes: running.indexes,
    emit: (fact: FactBody) => facts.emit(fact),
  };
}

/** Returns when a stop was asked for and everything came to its end; throws what ended it otherwise. */
async function serveUntilStopped(running: Running, stopping: AbortController, ready: () => void): Promise<void> {
  const { clock } = running.runtime;
  const ended = new AbortController();
  const grace = new AbortController();
  const startGrace = (): void => {
    // The scope waits for all tasks; after the grace even writes and handlers that ignore their signal are left behind.
    clock.sleep(running.settings.queueing.exitTimeoutMs, grace.signal).then(
      () => ended.abort(new Error('the grace of the operator is over')),
      () => undefined,
    );
  };
  if (stopping.signal.aborted) startGrace();
  else stopping.signal.addEventListener('abort', startGrace, { once: true });
  let failure: { readonly error: unknown } | undefined;
  const tasks = runTaskScope(new AbortController().signal, async (scope) => {
    const stopAll = (): void => {
      if (!stopping.signal.aborted) {
        failure = { error: scope.signal.reason };
        running.facts.emit({ kind: 'operator-stopping', why: 'it failed', error: factError(scope.signal.reason) });
      }
      stopping.abort(scope.signal.reason);
    };
    scope.signal.addEventListener('abort', stopAll, { once: true });
    await serve(running, { scope, stopping: stopping.signal, ended: ended.signal, ready });
  });
  try {
    // Whoever hears neither the stop nor the end of the grace is left behind, after as long again.
    const endless = raceAbort(tasks, ended.signal, 'grace is over' as const);
    if ((await endless) === 'grace is over') {
      const patience = new AbortController();
      const late = clock.sleep(running.settings.queueing.exitTimeoutMs, patience.signal).catch(() => undefined);
      await Promise.race([tasks, late]);
      patience.abort();
    }
  } catch {
    // What counts is why it ended: after a stop that was asked for, what ends by its abort is no failure.
  } finally {
    grace.abort();
    ended.abort(new Error('the operator has ended'));
  }
  if (failure) throw failure.error;
}

/** The cluster within the limits of its load, and what is made there and known of it. */
function limitedCluster({ opened, settings, facts }: Running): Pick<EngineContext, 'client' | 'watched' | 'children'> {
  const client = limitWrites(opened.client, settings.queueing.writeLimit);
  const watched = createWatchedObjects();
  return { client, watched, children: createChildren({ client, watched, emit: (fact) => facts.emit(fact) }) };
}

interface Serving {
  readonly scope: TaskScope;
  readonly stopping: AbortSignal;
  readonly ended: AbortSignal;
  readonly ready: () => void;
}

/** Delays follow a clock that nobody sets. */
function timeOf(wallClock: Clock, stopping: AbortSignal): Pick<EngineContext, 'clock' | 'wallClock' | 'timers'> {
  return { clock: createSteadyClock(wallClock), wallClock, timers: createTimerQueue(wallClock, stopping) };
}

/** Plugins that take part in what is done for an object. */
function takingPart({
  aroundInvoke,
  contributeToPatch,
  admitPass,
}: Composition): Pick<EngineContext, 'aroundInvoke' | 'contributeToPatch' | 'admitPass'> {
  return { aroundInvoke, contributeToPatch, admitPass };
}

async function serve(running: Running, { scope, stopping, ended, ready }: Serving): Promise<void> {
  const { parsed, runtime, composition, facts, opened, settings } = running;
  const bell = createWakeup(runtime.clock);
  const identity = identityOf(parsed.name);
  const spawn: EngineContext['spawn'] = scope.spawn.bind(scope);
  const poster = createEventPoster({
    settings: settings.posting,
    identity,
    client: opened.client,
    workers: createSemaphore(settings.posting.workerLimit),
    ended,
    emit: (fact) => facts.emit(fact),
    spawn,
  });
  const ctx: EngineContext = {
    identity,
    settings,
    ...runtime,
    ...timeOf(runtime.clock, stopping),
    ...opened,
    ...limitedCluster(running),
    ownClient: opened.client,
    poster,
    indexes: running.indexes,
    ...takingPart(composition),
    operatorMemo: () => running.memo?.value,
    createMemo: () => running.registries[0]?.createMemo(running.memo?.value) ?? {},
    keepsBodies: running.options.replaceable ?? false,
    workers: createSemaphore(settings.queueing.workerLimit),
    rooms: createRooms(settings.queueing.writeLimit),
    lives: createSlotLives(stopping, ended),
    background: running.background,
    stopping,
    ended,
    emit: (fact) => {
      facts.emit(fact);
      poster.follow(fact);
    },
    spawn,
    rediscover: () => bell.ring(),
  };
  const prober = createProber({ clock: runtime.clock, maxAgeMs: settings.probing.maxAgeMs, ask: () => askProbes(running, stopping) });
  running.prober = prober;
  const own = servedOperator(running, { ...prober, readiness: () => readinessOf(running, stopping) }, opened.client);
  for (const service of composition.service) scope.spawn(service.part.name, () => runService(service, stopping, own));
  await untilStopped(stopping, beginPlaces(opened, runtime.clock, stopping));
  const cluster = serveCluster(ctx, mergeHandlers(running.registries), parsed.namespaces);
  running.served = cluster;
  const { known } = await cluster.start();
  // Before all is known: what holds that up may be taken away, as the definition of a kind that cannot be listed.
  if (!settings.scanning.disabled) scope.spawn('catalogue', () => followCatalogue(ctx));
  const rung = (): Promise<void> => bell.wait(undefined, stopping).then(() => undefined);
  scope.spawn('kinds', () => untilStopped(stopping, cluster.follow(rung)));
  const { collections } = await known;
  if (stopping.aborted) return;
  facts.emit({ kind: 'operator-ready', collections });
  ready();
}
