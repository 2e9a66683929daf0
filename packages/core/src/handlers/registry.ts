import { DuplicateIdError } from '../errors.js';
import type { ActivityFunction, ActivityKind, ActivityOptions, LoginFunction } from '../model/activity.js';
import type { ChangeFunction, DaemonFunction, EventFunction, IndexArgs, TimerFunction } from '../model/handler-function.js';
import type { HandlerId } from '../model/ids.js';
import type { IndexToken, KeysOf, ValuesOf } from '../model/object-index.js';
import type { ReconcileFunction } from '../model/reconcile.js';
import type { SelectorInput } from '../model/selector.js';
import { callerPlace } from './caller-place.js';
import { declareActivity, type ActivityHandler } from './declare-activity.js';
import { declareHandler, kindText, type Declaration, type HandlerKind } from './declare.js';
import { declareReconcile } from './declare-reconcile.js';
import type {
  CreateOptions,
  DaemonOptions,
  DeleteOptions,
  EventOptions,
  FieldOptions,
  IndexOptions,
  ResumeOptions,
  TimerOptions,
  UpdateOptions,
} from './handler-options.js';
import type { AnyHandler } from './handler-spec.js';
import type { GivenOptions } from './option-check.js';
import type { ReconcileOptions } from './reconcile-options.js';
import { selectorsEqual } from './selector.js';
import type { SpecOf, StatusOf } from './typed-resource.js';

const BRAND = Symbol.for('@kopfts/registry');

export interface RegistryOptions<Memo> {
  /**
   * Makes the `memo` of an object, given that of the operator, which startup handlers may have filled; and that of the operator itself, given
   * nothing. Default: a shallow copy, or an empty object.
   */
  readonly memo?: ((operator?: Memo) => Memo) | undefined;
  /** Demands an explicit `id` of every handler. Default: false. */
  readonly strictIds?: boolean | undefined;
}

type OnChange<Sel, Memo> = ChangeFunction<SpecOf<Sel>, StatusOf<Sel>, Memo>;
type OnEvent<Sel, Memo> = EventFunction<SpecOf<Sel>, StatusOf<Sel>, Memo>;
type OnReconcile<Sel, Memo> = ReconcileFunction<SpecOf<Sel>, StatusOf<Sel>, Memo>;
type OnTimer<Sel, Memo> = TimerFunction<SpecOf<Sel>, StatusOf<Sel>, Memo>;
type OnDaemon<Sel, Memo> = DaemonFunction<SpecOf<Sel>, StatusOf<Sel>, Memo>;

type IndexArgsOf<Sel, Memo> = IndexArgs<SpecOf<Sel>, StatusOf<Sel>, Memo>;
type TokenOf<Result> = IndexToken<KeysOf<Awaited<Result>>, ValuesOf<Awaited<Result>>>;

/** Declares handlers of one kind. Returns the function, so that it can be declared again (spec R-04). */
interface On<Memo> {
  /** The object is new: nothing of it was handled before (spec H-20). */
  create<Sel extends SelectorInput, Fn extends OnChange<Sel, Memo>>(selector: Sel, fn: Fn): Fn;
  create<Sel extends SelectorInput, Fn extends OnChange<Sel, Memo>>(selector: Sel, options: CreateOptions<Sel, Memo>, fn: Fn): Fn;
  /** Something essential changed; with `field`: that field (spec H-21). */
  update<Sel extends SelectorInput, Fn extends OnChange<Sel, Memo>>(selector: Sel, fn: Fn): Fn;
  update<Sel extends SelectorInput, Fn extends OnChange<Sel, Memo>>(selector: Sel, options: UpdateOptions<Sel, Memo>, fn: Fn): Fn;
  /** Deletion was requested; our finalizer keeps the object until it is handled (spec H-22). */
  delete<Sel extends SelectorInput, Fn extends OnChange<Sel, Memo>>(selector: Sel, fn: Fn): Fn;
  delete<Sel extends SelectorInput, Fn extends OnChange<Sel, Memo>>(selector: Sel, options: DeleteOptions<Sel, Memo>, fn: Fn): Fn;
  /** The operator started and found the object, handled before (spec H-24..H-26). */
  resume<Sel extends SelectorInput, Fn extends OnChange<Sel, Memo>>(selector: Sel, fn: Fn): Fn;
  resume<Sel extends SelectorInput, Fn extends OnChange<Sel, Memo>>(selector: Sel, options: ResumeOptions<Sel, Memo>, fn: Fn): Fn;
  /** The field changed, in whatever is being handled: creation, update or deletion (spec H-27). */
  field<Sel extends SelectorInput, Fn extends OnChange<Sel, Memo>>(selector: Sel, options: FieldOptions<Sel, Memo>, fn: Fn): Fn;
  /** Every event of the object, as it comes; errors are logged and forgotten (spec H-10..H-14). */
  event<Sel extends SelectorInput, Fn extends OnEvent<Sel, Memo>>(selector: Sel, fn: Fn): Fn;
  event<Sel extends SelectorInput, Fn extends OnEvent<Sel, Memo>>(selector: Sel, options: EventOptions<Sel, Memo>, fn: Fn): Fn;
  /**
   * Level-triggered, beyond Kopf: makes things as the object says. Runs when the operator meets the object, after each essential change of it
   * and of what it `owns`, and after `requeueAfter`; changes that come while it runs make one more run. Not while the object is being deleted:
   * cleaning up is for `on.delete`.
   */
  reconcile<Sel extends SelectorInput, Fn extends OnReconcile<Sel, Memo>>(selector: Sel, fn: Fn): Fn;
  reconcile<Sel extends SelectorInput, Fn extends OnReconcile<Sel, Memo>>(selector: Sel, options: ReconcileOptions<Sel, Memo>, fn: Fn): Fn;
  /** Before anything is watched; the operator starts when all of them have succeeded, and ends if one fails for good (spec AC-05). */
  startup<Fn extends ActivityFunction<Memo>>(fn: Fn): Fn;
  startup<Fn extends ActivityFunction<Memo>>(options: ActivityOptions, fn: Fn): Fn;
  /** When everything else has ended, however it ended, if the startup had succeeded (spec AC-06). */
  cleanup<Fn extends ActivityFunction<Memo>>(fn: Fn): Fn;
  cleanup<Fn extends ActivityFunction<Memo>>(options: ActivityOptions, fn: Fn): Fn;
  /**
   * When somebody asks how the operator is (the liveness endpoint, `operator.probe()`). What it returns, JSON, is the answer under its id; one
   * that fails for good makes the operator unwell (spec section 27).
   */
  probe<Fn extends ActivityFunction<Memo>>(fn: Fn): Fn;
  probe<Fn extends ActivityFunction<Memo>>(options: ActivityOptions, fn: Fn): Fn;
  /** Says how to reach the cluster, in place of a kubeconfig: at the start, and when credentials were refused or expired (spec AU-01). */
  login<Fn extends LoginFunction<Memo>>(fn: Fn): Fn;
  login<Fn extends LoginFunction<Memo>>(options: ActivityOptions, fn: Fn): Fn;
}

/** What is declared, in the order of declaration. A value: nothing is registered anywhere else. */
export interface Registry<Memo = unknown> {
  readonly on: On<Memo>;
  /** Again and again while the object exists (spec section 18). */
  timer<Sel extends SelectorInput, Fn extends OnTimer<Sel, Memo>>(selector: Sel, fn: Fn): Fn;
  timer<Sel extends SelectorInput, Fn extends OnTimer<Sel, Memo>>(selector: Sel, options: TimerOptions<Sel, Memo>, fn: Fn): Fn;
  /** Beside everything else, from when the object matches until it does not any more or is deleted (spec section 17). */
  daemon<Sel extends SelectorInput, Fn extends OnDaemon<Sel, Memo>>(selector: Sel, fn: Fn): Fn;
  daemon<Sel extends SelectorInput, Fn extends OnDaemon<Sel, Memo>>(selector: Sel, options: DaemonOptions<Sel, Memo>, fn: Fn): Fn;
  /**
   * An index in memory (spec section 19): the function says for each object which values it has under which keys, and is called again whenever
   * the object changes. Handlers begin when all indexes are complete. Returns what `ctx.index(…)` gives the index for.
   *
   * @example `const pods = kopf.index('pods', ({ labels, name }) => ({ [labels.app ?? '']: name }))`, then `ctx.index(pods).get('web')`
   */
  index<Sel extends SelectorInput, Result>(selector: Sel, fn: (args: IndexArgsOf<Sel, Memo>) => Result): TokenOf<Result>;
  index<Sel extends SelectorInput, Result>(
    selector: Sel,
    options: IndexOptions<Sel, Memo>,
    fn: (args: IndexArgsOf<Sel, Memo>) => Result,
  ): TokenOf<Result>;
  readonly handlers: readonly AnyHandler[];
  /** Handlers of the operator's own life. */
  readonly activities: readonly ActivityHandler[];
  /** Of an object, given that of the operator; without it, that of the operator. */
  createMemo(operator?: Memo): Memo;
}

/**
 * Handlers are declared on a registry, and a configuration lists registries.
 *
 * @throws at declaration: InvalidSelectorError, InvalidOptionError, UnknownOptionError, DuplicateIdError; all name the
 * handler and its place.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- an untyped memo is any-valued on purpose (design 2)
export function createRegistry<Memo = any>(options: RegistryOptions<Memo> = {}): Registry<Memo> {
  const handlers: AnyHandler[] = [];
  const activities: ActivityHandler[] = [];
  const strictIds = options.strictIds ?? false;
  const activityDeclarer = (activity: ActivityKind): ActivityDeclarer => declarerInto(activities, { activity, strictIds });
  const declarer = (kind: HandlerKind): Declarer => {
    function declare(selector: SelectorInput, optionsOrFn: unknown, fn?: unknown): unknown {
      const place = callerPlace(declare);
      const isShort = fn === undefined && typeof optionsOrFn === 'function';
      const handled = isShort ? optionsOrFn : fn;
      const given = isShort ? {} : (optionsOrFn ?? {});
      const declaration: Declaration = {
        kind,
        selector,
        options: given as GivenOptions,
        fn: handled,
        place,
        strictIds,
      };
      const [handler, ...owned] = declareAll(declaration);
      for (const one of [handler, ...owned]) refuseDuplicate(handlers, one);
      if (kind === 'index') refuseUnnamed(handlers, handler, given);
      handlers.push(handler, ...owned);
      return kind === 'index' ? Object.freeze({ id: handler.id }) : handled;
    }
    return declare as Declarer;
  };
  const registry: Registry<Memo> = {
    on: {
      create: declarer('create'),
      update: declarer('update'),
      delete: declarer('delete'),
      resume: declarer('resume'),
      field: declarer('field'),
      event: declarer('event'),
      reconcile: declarer('reconcile'),
      startup: activityDeclarer('startup'),
      cleanup: activityDeclarer('cleanup'),
      probe: activityDeclarer('probe'),
      login: activityDeclarer('login'),
    },
    timer: declarer('timer'),
    daemon: declarer('daemon'),
    index: declarer('index') as Registry<Memo>['index'],
    get handlers() {
      return handlers;
    },
    get activities() {
      return activities;
    },
    createMemo: (operator) => (options.memo ? options.memo(operator) : ({ ...operator } as Memo)),
  };
  return Object.defineProperty(registry, BRAND, { value: true });
}

function declareAll(declaration: Declaration): readonly [AnyHandler, ...AnyHandler[]] {
  return declaration.kind === 'reconcile' ? declareReconcile(declaration) : [declareHandler(declaration)];
}

function declarerInto(
  activities: ActivityHandler[],
  { activity, strictIds }: { readonly activity: ActivityKind; readonly strictIds: boolean },
): ActivityDeclarer {
  function declare(optionsOrFn: unknown, fn?: unknown): unknown {
    const isShort = fn === undefined && typeof optionsOrFn === 'function';
    const handled = isShort ? optionsOrFn : fn;
    const given = isShort ? {} : (optionsOrFn ?? {});
    const handler = declareActivity({ activity, options: given, fn: handled, place: callerPlace(declare), strictIds });
    refuseDuplicateProbes([...activities, handler]);
    activities.push(handler);
    return handled;
  }
  return declare as ActivityDeclarer;
}

/** What all declaring functions are at run time; their types differ. */
type Declarer = <Fn>(selector: SelectorInput, optionsOrFn: unknown, fn?: Fn) => Fn;

type ActivityDeclarer = <Fn>(optionsOrFn: unknown, fn?: Fn) => Fn;

/** Whether a value is a registry, of whichever copy of this package. */
export function isRegistry(value: unknown): value is Registry {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/** All handlers of several registries, in order; a registry given twice counts once. */
export function mergeHandlers(registries: readonly { readonly handlers: readonly AnyHandler[] }[]): AnyHandler[] {
  return [...new Set(registries)].flatMap((registry) => registry.handlers);
}

/** All handlers of activities of several registries, in order; a registry given twice counts once. @throws DuplicateIdError for probes. */
export function mergeActivities(registries: readonly { readonly activities: readonly ActivityHandler[] }[]): ActivityHandler[] {
  const activities = [...new Set(registries)].flatMap((registry) => registry.activities);
  refuseDuplicateProbes(activities);
  return activities;
}

/** Their answers go by their ids. */
function refuseDuplicateProbes(activities: readonly ActivityHandler[]): void {
  const known = new Map<HandlerId, ActivityHandler>();
  for (const handler of activities) {
    if (handler.activity !== 'probe') continue;
    const first = known.get(handler.id);
    if (first && first.fn !== handler.fn)
      throw new DuplicateIdError(handler.id, `on.probe (${first.place})`, `on.probe (${handler.place})`);
    known.set(handler.id, handler);
  }
}

/** One id for two functions. */
export interface DuplicateId {
  readonly id: HandlerId;
  readonly first: AnyHandler;
  readonly second: AnyHandler;
}

/**
 * Ids that different functions share, among the handlers of one resource. One function under one id is one handler,
 * however often it is declared. Change handlers and event handlers have ids of their own; timers and daemons share theirs (spec T-01).
 */
export function findDuplicateIds(handlers: readonly AnyHandler[]): readonly DuplicateId[] {
  const found: DuplicateId[] = [];
  const known = new Map<string, AnyHandler>();
  for (const handler of handlers) {
    const key = `${idSpaceOf(handler)} ${handler.id}`;
    const first = known.get(key);
    if (first === undefined) known.set(key, handler);
    else if (first.fn !== handler.fn || first.family !== handler.family) found.push({ id: handler.id, first, second: handler });
  }
  return found;
}

function idSpaceOf({ family }: AnyHandler): string {
  return family === 'timer' || family === 'daemon' ? 'background' : family;
}

/** `on.create (handlers.ts:12)`, for messages. */
export function declarationText(handler: AnyHandler): string {
  return `${kindText(kindOf(handler))} (${handler.place})`;
}

function kindOf(handler: AnyHandler): HandlerKind {
  if (handler.family === 'change') return handler.reason ?? 'field';
  return handler.family === 'timer' && handler.reconciles ? 'reconcile' : handler.family;
}

/** An id that was given may name one index for several kinds; one that was only guessed must not mix what has nothing in common. */
function refuseUnnamed(handlers: readonly AnyHandler[], fresh: AnyHandler, options: object): void {
  if ('id' in options && options.id !== undefined) return;
  const other = handlers.find(({ family, id, fn }) => family === 'index' && id === fresh.id && fn !== fresh.fn);
  if (other) throw new DuplicateIdError(fresh.id, declarationText(other), declarationText(fresh));
}

function refuseDuplicate(handlers: readonly AnyHandler[], fresh: AnyHandler): void {
  const same = handlers.filter((other) => idSpaceOf(other) === idSpaceOf(fresh) && selectorsEqual(other.selector, fresh.selector));
  const duplicate = findDuplicateIds([...same.filter((other) => other.id === fresh.id), fresh])[0];
  if (duplicate) throw new DuplicateIdError(fresh.id, declarationText(duplicate.first), declarationText(duplicate.second));
}
