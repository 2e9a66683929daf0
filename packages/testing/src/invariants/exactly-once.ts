import type { EntryOf, HistoryEntry } from '../history/history.js';
import { acknowledgementsOf, acknowledges, tampersWithAnnotations } from './acknowledgement.js';
import { createChangeTracker } from './change-tracker.js';
import { createFailedCalls } from './failed-calls.js';
import type { Invariant, OperatorModel, Violation } from './invariant.js';
import { valueAt } from './keyed.js';
import { isChange } from './pass-reader.js';

/**
 * S8: a handler runs once for a change. After the commit that acknowledges it, it does not start again for that change; before it,
 * it starts at most 1 + planned failures + ambiguous windows times. An ambiguous window is a gap between two starts in which the
 * instance of the earlier one was killed or stopped, or a write for the object failed for the operator: lost, timed out, dropped,
 * aborted or rejected. However much happens in one gap, it excuses one start.
 *
 * A change is (uid, reason, old, new) since the last movement of the diff base to `old`; a resumption is one per life of an
 * instance. Where nothing is written down of the life of an instance, a start in another one counts as after its death. When
 * somebody else changes our annotations, everything is unknown again. What somebody else takes away, the object or our finalizer, counts from when
 * the operator is shown it: nobody can know before. Handlers that the model does not know are not judged.
 */
export const exactlyOnce: Invariant = {
  id: 'S8',
  says: 'A handler runs once for a change, but for failures and moments in which nobody can know.',
  check: (history, model) => {
    const tracker = createChangeTracker(model);
    const calls = createFailedCalls();
    const ledger = createLedger(history, model);
    const known = new Set(model.handlers.map(({ id }) => id));
    const violations: Violation[] = [];
    for (const entry of history) {
      const uid = calls.failed(entry)?.contextUid;
      if (uid !== undefined) ledger.failed(uid);
      if (entry.kind === 'life' && (entry.change === 'killed' || entry.change === 'stopped')) ledger.died(entry.instance);
      if (entry.kind === 'handler-start' && isChange(entry) && known.has(entry.handler)) {
        const { key, overtaken } = tracker.changeOf(entry);
        const wrong = ledger.start(entry, key, overtaken);
        if (wrong !== undefined) violations.push({ invariant: 'S8', message: wrong, seq: entry.seq });
      }
      if (entry.kind === 'deliver') ledger.shown(entry);
      if (entry.kind !== 'commit') continue;
      tracker.commit(entry);
      ledger.commit(entry);
    }
    return violations;
  },
};

/** The starts of one handler for one change. */
interface Account {
  readonly handler: string;
  readonly reason: EntryOf<'handler-start'>['reason'];
  starts: number;
  windows: number;
  lastInstance: string;
  /** Something happened since the last start that excuses another one. */
  disturbed: boolean;
  /** The commit that acknowledged it. */
  acknowledgedAt: number | undefined;
}

interface Ledger {
  start(start: EntryOf<'handler-start'>, key: string, overtaken: boolean): string | undefined;
  commit(commit: EntryOf<'commit'>): void;
  /** The operator is shown a state. */
  shown(state: EntryOf<'deliver'>): void;
  died(instance: string): void;
  /** A write for this object did. */
  failed(uid: string): void;
}

function createLedger(history: readonly HistoryEntry[], model: OperatorModel): Ledger {
  const planned = new Map(model.handlers.map(({ id, plannedFailures }) => [id, plannedFailures ?? 0]));
  const lived = new Set(history.flatMap((entry) => (entry.kind === 'life' ? [entry.instance] : [])));
  const accounts = new Map<string, Account>();
  const ofObject = new Map<string, Set<Account>>();
  const open = new Map<string, Set<Account>>();
  const byInstance = new Map<string, Set<Account>>();
  /** Objects that somebody else took away, or our finalizer of them. */
  const taken = new Map<string, EntryOf<'commit'>>();
  const disturb = (some: Iterable<Account>): void => {
    for (const account of some) account.disturbed = true;
  };
  return {
    failed: (uid) => disturb(open.get(uid) ?? []),
    died: (instance) => {
      disturb(byInstance.get(instance) ?? []);
      byInstance.delete(instance);
    },
    start: (start, key, overtaken) => {
      const { handler, reason, instance, uid } = start;
      const account = valueAt(accounts, key, () => newAccount(start));
      for (const some of [ofObject, open]) valueAt(some, uid, () => new Set()).add(account);
      byInstance.get(account.lastInstance)?.delete(account);
      valueAt(byInstance, instance, () => new Set()).add(account);
      const isUnknownDeath = account.lastInstance !== instance && !lived.has(account.lastInstance);
      if (account.starts > 0 && (account.disturbed || isUnknownDeath)) account.windows += 1;
      account.starts += 1;
      account.disturbed = false;
      account.lastInstance = instance;
      return judge(start, account, { planned: planned.get(handler) ?? 0, overtaken: overtaken && reason !== 'delete' });
    },
    commit: (commit) => {
      const { uid, seq } = commit;
      if (tampersWithAnnotations(commit, model)) {
        disturb(ofObject.get(uid) ?? []);
        for (const account of ofObject.get(uid) ?? []) account.acknowledgedAt = undefined;
      }
      const all = acknowledgementsOf(commit, model);
      const isOurs = model.isOwnActor(commit.actor);
      const acks = isOurs ? all : all.filter(({ kind }) => kind !== 'release');
      if (acks.length < all.length && !taken.has(uid)) taken.set(uid, commit);
      for (const account of acks.length === 0 ? [] : (open.get(uid) ?? [])) {
        if (!acks.some((ack) => acknowledges(ack, account.handler, account.reason))) continue;
        account.acknowledgedAt ??= seq;
        open.get(uid)?.delete(account);
      }
    },
    shown: ({ uid, type, resourceVersion }) => {
      const by = taken.get(uid);
      if (by === undefined || (type !== 'DELETED' && Number(resourceVersion) < Number(by.resourceVersion))) return;
      for (const account of ofObject.get(uid) ?? []) if (account.reason === 'delete') account.acknowledgedAt ??= by.seq;
    },
  };
}

function newAccount({ handler, reason, instance }: EntryOf<'handler-start'>): Account {
  return { handler, reason, starts: 0, windows: 0, lastInstance: instance, disturbed: false, acknowledgedAt: undefined };
}

function judge(
  { reason, handler, name, uid, instance }: EntryOf<'handler-start'>,
  { starts, windows, acknowledgedAt }: Account,
  { planned, overtaken }: { readonly planned: number; readonly overtaken: boolean },
): string | undefined {
  const what = `${reason} handler '${handler}' of ${name} (${uid}) starts in ${instance}`;
  if (acknowledgedAt !== undefined) return `${what} again, though the commit at ${acknowledgedAt} acknowledged that it is done`;
  if (overtaken) return `${what} for a change that the diff base has moved past already`;
  const allowed = 1 + planned + windows;
  if (starts <= allowed) return undefined;
  return `${what} for the ${starts}. time; ${planned} planned failures and ${windows} ambiguous windows allow ${allowed}`;
}
