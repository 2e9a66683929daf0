import { isKopfError } from '../errors.js';
import type { Settings } from '../config/settings.js';
import type { FactBody } from '../model/fact.js';
import type { OperatorIdentity } from '../model/operator-identity.js';
import type { Contribution } from '../plugin/host.js';
import type { Clock } from '../ports/clock.js';
import type { ClusterClient } from '../ports/cluster-client.js';
import type { DiffBaseStore } from '../ports/diff-base-store.js';
import type { MemoStore } from '../ports/memo-store.js';
import type { ProgressStore } from '../ports/progress-store.js';
import type { Random } from '../ports/random.js';
import type { Rarely } from '../ports/rare-way.js';
import { delayFromList } from '../watch/backoff.js';
import type { BackgroundLedger } from './background/ledger.js';
import type { TimerQueue } from './background/timer-queue.js';
import type { Children } from './children/children.js';
import type { WatchedObjects } from './children/watched-objects.js';
import type { Indexes } from './indexes.js';
import type { EventPoster } from './post-events.js';
import type { Semaphore } from './semaphore.js';
import type { Rooms } from './rooms.js';
import type { OpenedKindStores } from './stores/for-kinds.js';
import type { SlotLife, SlotLives } from './slot-life.js';

export { factError } from './fact-error.js';

/** What every part of a running operator works with; made once, in `operator.ts`. */
export interface EngineContext {
  readonly identity: OperatorIdentity;
  readonly settings: Settings;
  /** Nobody sets it: see `createSteadyClock`. */
  readonly clock: Clock;
  /** As it is on the wall: for schedules. */
  readonly wallClock: Clock;
  readonly random: Random;
  /** In simulations: whether a way that is legal and rare is taken. */
  readonly rarely?: Rarely | undefined;
  /** Its writes wait for their turn. */
  readonly client: ClusterClient;
  /** As its plugin made it, for the accessors of handlers. */
  readonly ownClient: ClusterClient;
  readonly progressStore: ProgressStore;
  readonly diffBaseStore: DiffBaseStore;
  /** Only where memos outlive the operator. */
  readonly memoStore?: MemoStore | undefined;
  /** Handlers may be exchanged: bodies stay at rest, too. */
  readonly keepsBodies: boolean;
  /** Stores that some kinds have for themselves; none where a context is that of one kind. */
  readonly kindStores: readonly OpenedKindStores[];
  readonly aroundInvoke: readonly Contribution<'aroundInvoke'>[];
  readonly contributeToPatch: readonly Contribution<'contributeToPatch'>[];
  readonly admitPass: readonly Contribution<'admitPass'>[];
  readonly createMemo: () => unknown;
  /** That of the operator, if it has one by now. */
  readonly operatorMemo: () => unknown;
  readonly workers: Semaphore;
  readonly rooms: Rooms;
  readonly lives: SlotLives;
  readonly background: BackgroundLedger;
  /** Those that wait. */
  readonly timers: TimerQueue;
  readonly indexes: Indexes;
  /** Kubernetes Events. */
  readonly poster: EventPoster;
  /** Objects that belong to others. */
  readonly children: Children;
  readonly watched: WatchedObjects;
  /** Aborts when the operator is to end: nothing new starts, running handlers are told. */
  readonly stopping: AbortSignal;
  /** Aborts when the grace is over: even writes end. */
  readonly ended: AbortSignal;
  emit(fact: FactBody): void;
  /** Starts a task of an object's; the operator waits for it at the end. */
  spawn(name: string, task: () => Promise<void>): void;
  /** Asks for a new look at what the cluster serves. */
  rediscover(): void;
}

/** Between tries, where no delays are set. */
const PAUSE_MS = 1000;

/** How long to wait after that many failures in a row (`settings.queueing.errorDelays`). */
export function errorDelayMs({ settings }: EngineContext, failures: number): number {
  const { errorDelaysMs } = settings.queueing;
  // A request that failed is repeated, whatever holds for objects; never without a pause.
  if (errorDelaysMs.length === 0) return PAUSE_MS;
  return delayFromList(
    errorDelaysMs.map((ms) => ms / 1000),
    failures,
  );
}

/** While the cluster is away, nothing is wrong with the object: it is looked at again at the latest after so long (spec C9). */
export const OUTAGE_WAIT_MS = 30_000;

/** Whether it says that the cluster, or what is before it, is away or broken; how often it is asked then is up to the adapter. */
export function isOutage(error: unknown): boolean {
  if (!isKopfError(error)) return false;
  const { status } = error.context;
  return error.code === 'KOPF_CLUSTER_UNREACHABLE' || (typeof status === 'number' && status >= 500);
}

/** The same context for the work on one object, or one task of it: with the signals of its life. */
export function contextOf(ctx: EngineContext, life: Pick<SlotLife, 'stopping' | 'ended'>): EngineContext {
  return Object.assign(Object.create(ctx) as EngineContext, { stopping: life.stopping, ended: life.ended });
}

/** Whether an error is only the echo of an abort of ours. */
export function isAbort(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted && (error === signal.reason || (error instanceof Error && error.name === 'AbortError'));
}
