import type { ExplainedRef, Explanation, ExplainOptions } from '../model/explanation.js';
import type { FactBody, HandlerFamily } from '../model/fact.js';
import type { HandlerId } from '../model/ids.js';
import type { Json } from '../model/json.js';
import type { OperatorInspection } from '../model/inspection.js';
import type { ObjectRef, ObjectView } from '../model/object.js';
import type { OperatorIdentity } from '../model/operator-identity.js';
import type { MergePatch } from '../model/patch.js';
import type { Purpose } from '../model/progress-record.js';
import type { Selector } from '../model/selector.js';
import type { Clock } from '../ports/clock.js';
import type { ClusterClient } from '../ports/cluster-client.js';
import type { DiffBaseStore } from '../ports/diff-base-store.js';
import type { FactSink } from '../ports/fact-sink.js';
import type { LoginHandlers } from '../ports/login.js';
import type { MemoStore } from '../ports/memo-store.js';
import type { ProgressStore } from '../ports/progress-store.js';
import type { Random } from '../ports/random.js';

/** The version of this interface. A plugin that does not work with it is refused at set-up. */
export const PLUGIN_API_VERSION = 1;

/** Which cluster the person at the command line asked for; it goes before what plugins were given in the configuration. */
export interface ClusterSelection {
  /** Path of a kubeconfig file. */
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}

/** The life of what a plugin opens: it closes in reverse order when the operator has ended. */
export interface PartScope {
  /** Aborts when the operator has ended and parts are to close. */
  readonly signal: AbortSignal;
  /** Called in reverse order of registration, after all tasks of the operator ended; at once, if that has been. */
  readonly onClose: (close: () => void | Promise<void>) => void;
}

/** What probe handlers returned, by their ids; nulls are left out. */
export type ProbeResults = Readonly<Record<HandlerId, Json>>;

/** Something that keeps an operator from its work. */
export interface Unreadiness {
  /** `KOPF_NOT_SERVING`, `KOPF_STORE_AWAY`, or another code of ours. */
  readonly code: string;
  readonly reason: string;
}

/** What services may ask of the operator around them. */
export interface ServedOperator {
  /**
   * Runs the handlers of `on.probe`, or gives what they said at most `settings.probing.maxAge` ago. Those who ask at the same time get one
   * answer. A handler that fails for now is waited for.
   *
   * @throws ActivityFailedError `KOPF_ACTIVITY_FAILED` if one failed for good; the reason of the stop, if it is stopping.
   */
  probe(): Promise<ProbeResults>;
  /** As `Operator.explain`. @throws InvalidSelectorError `KOPF_INVALID_SELECTOR` for a kind that cannot be one. */
  explain(ref: ExplainedRef, options?: ExplainOptions): Explanation;
  /** As `Operator.readiness()`. */
  readiness(): readonly Unreadiness[];
  /** As `Operator.inspect()`. */
  inspect(): OperatorInspection;
  /** Who bears a token, and whether they may. Absent: the cluster client cannot ask, so nobody may. */
  readonly authorize?: ClusterClient['authorize'];
}

/** Something that is opened once per operator. */
export interface Part<T> {
  open(scope: PartScope): T | Promise<T>;
  /** Milliseconds that opening may take; default 60,000. Then the operator does not start, and says whose part it was. */
  readonly openTimeoutMs?: number | undefined;
  /** Whether the operator works without it: if it cannot be opened, that is told and nothing more. Fact sinks only; default false. */
  readonly optional?: boolean | undefined;
}

/** One attempt of a handler, for those that stand around it. */
export interface Invocation {
  readonly object: ObjectRef;
  readonly handler: HandlerId;
  readonly family: HandlerFamily;
  readonly attempt: number;
}

/** What is known at the end of a pass, before it is written. */
export interface PassSummary {
  readonly object: ObjectView;
  readonly reason: Purpose;
  readonly done: boolean;
  readonly failed: readonly HandlerId[];
}

/** May this object be processed now? */
export type Admittance = { readonly go: true } | { readonly go: false; readonly reason: string; readonly retryAfterMs: number };

/** Stores for the objects of some kinds; what is not among them is kept by the operator's own stores. */
export interface KindStores {
  readonly selectors: readonly Selector[];
  readonly progressStore?: Part<ProgressStore> | undefined;
  readonly diffBaseStore?: Part<DiffBaseStore> | undefined;
  readonly memoStore?: Part<MemoStore> | undefined;
}

/**
 * What plugins contribute: a closed list. The first group is provided once, the second by any number of plugins.
 */
export interface ExtensionPoints {
  readonly clusterClient: Part<ClusterClient>;
  readonly progressStore: Part<ProgressStore>;
  readonly diffBaseStore: Part<DiffBaseStore>;
  /** At most once; without it memos end with the operator, as in Kopf. */
  readonly memoStore: Part<MemoStore>;

  readonly factSink: Part<FactSink>;
  /** Runs from the end of the startup handlers until the operator is to stop; its failure stops the operator. */
  readonly service: { readonly name: string; run(signal: AbortSignal, operator: ServedOperator): Promise<void> };
  /** Stores of some kinds, instead of the operator's own. */
  readonly kindStores: KindStores;
  /**
   * Stands around every attempt: active spans, accounts. Must call `next` once and return its promise's value, or throw a `FailedAttempt`. What throws
   * something without having called `next` makes that the error of the attempt.
   */
  readonly aroundInvoke: (invocation: Invocation, next: () => Promise<unknown>) => Promise<unknown>;
  /** Pure: a fragment for the patch of a pass, for example conditions. */
  readonly contributeToPatch: (pass: PassSummary) => MergePatch | undefined;
  /** Quarantine, pause, leadership, shards. */
  readonly admitPass: (object: ObjectView) => Admittance;
}

export type ExtensionPoint = keyof ExtensionPoints;

/** What `setup` gets: who and where we are, and the one way to take part. */
export interface PluginHost {
  readonly identity: OperatorIdentity;
  readonly clock: Clock;
  readonly random: Random;
  readonly cluster: ClusterSelection;
  /** If the user declared `on.login`: credentials come from there, and from nowhere else (spec AU-20). Not to be asked before parts are opened. */
  readonly login?: LoginHandlers | undefined;
  /** No operator opens the parts, but a tool that looks into them. Absent: an operator. */
  readonly isTool?: boolean | undefined;
  contribute<Point extends ExtensionPoint>(point: Point, part: ExtensionPoints[Point]): void;
  /** A fact of the plugin's own, for observers. */
  emit(fact: Extract<FactBody, { kind: 'plugin' }>): void;
}

/** A plugin only declares: `setup` is synchronous, opens nothing, and contributes to a closed list of extension points. */
export interface Plugin {
  readonly name: string;
  /** The version of this interface that it works with, or the first and the last one; default 1. */
  readonly apiVersion?: number | readonly [first: number, last: number] | undefined;
  /** Plugins that it is made of, for tools that look for one. */
  readonly parts?: readonly Plugin[] | undefined;
  /** Names of plugins that must be there, too: they are set up and opened before it. Default: none. */
  readonly requires?: readonly string[] | undefined;
  /** Names of plugins that are set up and opened before it, if they are there. Default: none. */
  readonly after?: readonly string[] | undefined;
  /** Names of plugins that it cannot be used with. Default: none. */
  readonly conflicts?: readonly string[] | undefined;
  setup(host: PluginHost): void;
}
