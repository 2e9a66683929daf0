// The public catalogue of @kopfts/core: explicit names, by topic.

// Declaring handlers
export {
  createRegistry,
  findDuplicateIds,
  isRegistry,
  mergeHandlers,
  type DuplicateId,
  type Registry,
  type RegistryOptions,
} from './handlers/registry.js';
export type {
  CreateOptions,
  DaemonOptions,
  DeleteOptions,
  EventOptions,
  FieldOptions,
  IndexOptions,
  ResumeOptions,
  TimerOptions,
  UpdateOptions,
} from './handlers/handler-options.js';
export type { ErrorsMode, RetryOptions } from './model/retry-options.js';
export type { Backoff, BackoffPolicy } from './model/backoff-policy.js';
export { allAtOnce, asap, oneByOne, randomized, shuffled } from './handlers/lifecycle.js';
export type { HandlerState, Lifecycle, LifecycleArgs, LifecycleCandidate } from './model/lifecycle.js';
export {
  resource,
  type FieldOf,
  type KindDescription,
  type KindWithSchema,
  type ResourceWithSchema,
  type SpecOf,
  type StanzaOf,
  type StatusOf,
} from './handlers/typed-resource.js';
export type { Schedule } from './model/schedule.js';
export type { SchemaOutput, StandardSchema } from './model/standard-schema.js';
export { all, any, none, not } from './handlers/combinators.js';
export {
  ABSENT,
  PRESENT,
  type FilterName,
  type MetadataCriteria,
  type MetadataCriterion,
  type ValueCriterion,
  type ValuePredicate,
} from './model/filter.js';
export {
  EVERYTHING,
  type Selector,
  type SelectorInput,
  type SelectorObject,
  type SelectorPredicate,
  type TypedResource,
} from './model/selector.js';
export { matchesResource, parseSelector, resolveSelectors, selectorText, selectorsEqual } from './handlers/selector.js';
export type {
  AnyHandler,
  BackgroundHandler,
  ChangeHandler,
  DaemonHandler,
  EventHandler,
  IndexHandler,
  MatchVerdict,
  RetryPolicy,
  Reconciling,
  TimerHandler,
} from './handlers/handler-spec.js';

// What handlers get and give
export type { ActivityArgs, ActivityFunction, ActivityKind, ActivityOptions, LoginFunction, LoginResult } from './model/activity.js';
export type { ActivityHandler } from './handlers/declare-activity.js';
export type { HandlerLogger } from './model/handler-logger.js';
export type {
  AnyBody,
  CallbackArgs,
  ChangeArgs,
  ChangeFunction,
  DaemonArgs,
  DaemonFunction,
  EventArgs,
  EventFunction,
  ExecuteOptions,
  HandlerArgs,
  HandlerResult,
  IndexArgs,
  IndexFunction,
  InitialDelay,
  StopCause,
  StopFlag,
  StopReason,
  SubHandlerFunctions,
  SubHandlerOptions,
  SubHandling,
  TimerArgs,
  TimerFunction,
  WhenPredicate,
} from './model/handler-function.js';
export { clusterClientOf } from './engine/handler-scope.js';
export { events, type Events, type EventTarget, type PostOptions } from './engine/events.js';
export type {
  Diff,
  DiffItem,
  FieldPath,
  FieldSpec,
  JsonPatchOperation,
  MergePatch,
  MutableBody,
  MutableOf,
  Patch,
  PatchFunction,
  PatchOf,
  TypedPatch,
} from './model/patch.js';

// Indexes
export type { IndexDependency } from './model/index-dependency.js';
export type { IndexKey, IndexLookup, IndexToken, KeysOf, ObjectIndex, ValuesOf } from './model/object-index.js';
export { byOwner, byUid, type IndexedObject } from './hierarchy/owner-index.js';

// Objects that belong to others
export {
  adjustNamespace,
  adopt,
  annotate,
  appendOwnerReference,
  buildObjectReference,
  buildOwnerReference,
  harmonizeNaming,
  label,
  removeOwnerReference,
  type AdoptOptions,
  type MarkOptions,
  type NamingOptions,
  type ReferenceOptions,
} from './hierarchy/hierarchy.js';
export { apply, type AppliedObject } from './engine/children/apply.js';
export type { AppliedChild } from './engine/children/children.js';
export type { ApplyChildOptions } from './hierarchy/describe-child.js';
export { OWNER_ANNOTATION, OWNER_LABEL } from './model/owner-mark.js';
export type { Child, ChildMeta, Children, Owner, OwnerReference } from './hierarchy/child.js';

// Configuration and life
export { checkLayers, type PlacedLayer } from './config/check-layers.js';
export {
  defineConfig,
  parseConfig,
  type ConfigLayers,
  type LayeredConfig,
  type OperatorConfig,
  type ParsedConfig,
  type PartialConfig,
} from './config/define-config.js';
export { SETTINGS_TABLE, type SettingDescription, type SettingUnit } from './config/described-settings.js';
export { parseSettings, type LogLevel, type Settings, type SettingsInput } from './config/settings.js';
export type { MutableSettings } from './model/settings-input.js';
export { startOperator, type Operator, type OperatorRuntime, type StartOptions } from './engine/operator.js';
export { checkConfig } from './engine/check-config.js';
export { openClusterClient, type OpenedClient } from './engine/open-cluster-client.js';
export { forKinds } from './engine/stores/for-kinds.js';
export { multi } from './engine/stores/multi.js';
export { runTaskScope } from './engine/run-task-scope.js';
export { systemClock } from './runtime/system-clock.js';
export { systemRandom } from './runtime/system-random.js';
export { VERSION } from './version.js';

// Errors
export {
  ActivityFailedError,
  AmbiguousKindError,
  assertNever,
  AsyncTransformationError,
  BugError,
  ChildElsewhereError,
  ChildOfOthersError,
  ChildRefusedError,
  DuplicateIdError,
  errorText,
  ExitTimeoutError,
  HandlerRetriesError,
  HandlerTimeoutError,
  InvalidConfigError,
  InvalidOptionError,
  InvalidSelectorError,
  isKopfError,
  isPermanentError,
  isTemporaryError,
  KindNotServableError,
  ManyNamespacesError,
  MistakesError,
  isUnfinishedError,
  KopfError,
  LifecycleError,
  NoHandlerScopeError,
  NotJsonError,
  NotServingError,
  OutsideOfHandlerError,
  OwnerGoneError,
  PermanentError,
  PluginConflictError,
  PluginFailedError,
  PluginMissingError,
  QuarantinedError,
  SubHandlersUnfinishedError,
  TemporaryError,
  TooDeepError,
  UnknownOptionError,
  WriteRefusedError,
  type KopfErrorOptions,
} from './errors.js';

// Why
export type {
  ExplainedRef,
  Explanation,
  ExplainOptions,
  ExplanationCode,
  ExplanationReason,
  ExplanationStep,
  HandlerExplanation,
} from './model/explanation.js';
export { explain } from './explain/explain.js';
export { explanationText } from './explain/explanation-text.js';
export { createFactMemory, type FactMemory, type RememberedObject } from './explain/fact-memory.js';
export type { FactRing, NumberedFact } from './explain/fact-ring.js';
export type { Situation } from './explain/subject.js';

// The model
export { durationMs, type Duration } from './model/duration.js';
export { formatInstant, parseInstant, type Instant } from './model/instant.js';
export {
  deepFreeze,
  isJsonObject,
  jsonEqual,
  plainOf,
  presentKeys,
  setOwn,
  type Json,
  type JsonArray,
  type JsonObject,
} from './model/json.js';
export { parseJson, stringifyJson } from './model/json-text.js';
export { isSecretName, withoutSecrets } from './model/without-secrets.js';
export { resourceName, sameResource, type CollectionRef, type Resource } from './model/resource.js';
export type { AccessRule, AccessRules } from './model/access-rule.js';
export { nearestName } from './model/nearest-name.js';
export { identityOf, type OperatorIdentity } from './model/operator-identity.js';
export type {
  AbandonedTask,
  CollectionInspection,
  IndexInspection,
  ObjectInspection,
  OperatorInspection,
  SelectionInspection,
} from './model/inspection.js';
export type { Brand, HandlerId, ObjectUid, ResourceVersion } from './model/ids.js';
export type { Essence, ObjectBody, ObjectMeta, ObjectRef, ObjectView, SeenObject } from './model/object.js';
export type { ProgressRecord, Purpose, Reason } from './model/progress-record.js';
export type { EventType, WatchChange, WatchHealth, WatchSignal } from './model/watch-event.js';
export type { EventReporter, EventSubject, KubernetesEvent, RecordOutcome, RequestTurn } from './model/kubernetes-event.js';
export type { AttemptResult, Fact, FactBody, FactError, HandlerFamily, InvalidCause, OverwrittenField, UnkeptField } from './model/fact.js';

export type { ReconcileOptions } from './handlers/reconcile-options.js';
export type { ReconcileArgs, ReconcileFunction, ReconcileResult, Requeue } from './model/reconcile.js';

// Ports, their fakes, and plugins
export type { Clock } from './ports/clock.js';
export type { ConnectionInfo, LoggedIn, LoginHandlers } from './ports/login.js';
export type { Random } from './ports/random.js';
export type { Rarely, RareWay } from './ports/rare-way.js';
export type {
  AccessAnswer,
  AccessQuestion,
  Catalogue,
  ChildClient,
  ChildOutcome,
  ChildWrite,
  ClusterClient,
  ObjectWrite,
  WatchOptions,
  WriteOutcome,
} from './ports/cluster-client.js';
export type { CommitResult, ExternalPlace, ExternalWrite, ListedCollection, MovedState } from './ports/external-place.js';
export type { LoadedProgress, ProgressChange, ProgressQuery, ProgressStore, StorePlan } from './ports/progress-store.js';
export type { LoadedMemo, MemoChange, MemoStore } from './ports/memo-store.js';
export type { DiffBaseChange, DiffBaseStore, LoadedDiffBase, LostDiffBase } from './ports/diff-base-store.js';
export type { FactSink } from './ports/fact-sink.js';
export type { TaskScope } from './ports/task-scope.js';
export { createManualClock, type ManualClock, type ManualClockOptions } from './ports/manual-clock.js';
export { createSeededRandom } from './ports/seeded-random.js';
export { createRecordingFactSink, type RecordingFactSink } from './ports/recording-fact-sink.js';
export { FailedAttempt } from './plugin/failed-attempt.js';
export {
  PLUGIN_API_VERSION,
  type Admittance,
  type ClusterSelection,
  type ExtensionPoint,
  type ExtensionPoints,
  type Invocation,
  type KindStores,
  type Part,
  type PartScope,
  type PassSummary,
  type Plugin,
  type PluginHost,
  type ProbeResults,
  type ServedOperator,
  type Unreadiness,
} from './plugin/plugin.js';
export { versionsText } from './plugin/check-plugin.js';

// Pure parts that adapters and tools share
export { compareVersions, isNewer } from './watch/versions.js';
export { fullJitter, type JitterBounds } from './watch/backoff.js';
export { diffJson } from './cause/diff.js';
export { finalizerOperations } from './cause/finalizer.js';
export { fieldPath, resolveField, setField, type ResolvedField } from './cause/field.js';
export { applyMergePatch } from './patch/merge-patch.js';
export { applyOperations, escapePointer } from './patch/json-patch.js';
