// Which change an invocation is for. The same two essences may follow upon each other twice (A to B, back to A, to B again): what
// tells the two apart is the time since which the older one has been the diff base, its generation.
import type { CommitEntry, EntryOf } from '../history/history.js';
import type { OperatorModel } from './invariant.js';
import { valueAt } from './keyed.js';
import { diffBaseKey, essenceText, storedEssence } from './stored-essence.js';

/** What one invocation of a change handler is about. */
export interface TrackedChange {
  /** Equal for the attempts of one handler for one change; a resumption is one per life of an operator. */
  readonly key: string;
  /** Since how many movements of the diff base its `old` has been the diff base. */
  readonly generation: number;
  /** The diff base has moved on to its `new` already. */
  readonly overtaken: boolean;
}

interface Generations {
  readonly texts: string[];
  readonly latest: Map<string, number>;
}

/** Follows the diff bases of all objects. */
export interface ChangeTracker {
  /** Takes the next commit in. */
  commit(commit: CommitEntry): void;
  /** Of an invocation that starts now. */
  changeOf(start: EntryOf<'handler-start'>): TrackedChange;
  /** Of an object now: how often its diff base has moved. */
  generationOf(uid: string): number;
}

/** Begins before the first entry of a history. */
export function createChangeTracker(model: OperatorModel): ChangeTracker {
  const objects = new Map<string, Generations>();
  const reduced = new Set(model.handlers.filter(({ field }) => field !== undefined).map(({ id }) => id));
  const of = (uid: string, first = 'none'): Generations => valueAt(objects, uid, () => ({ texts: [first], latest: new Map([[first, 0]]) }));
  return {
    commit: ({ collection, uid, before, after }) => {
      if (collection !== model.collection || after === undefined) return;
      const [then, now] = [before ?? after, after].map((body) => body.metadata.annotations?.[diffBaseKey(model)]);
      if (then === now && objects.has(uid)) return;
      const generations = of(uid, essenceText(storedEssence(before ?? after, model), model));
      const text = essenceText(storedEssence(after, model), model);
      if (generations.texts.at(-1) === text) return;
      generations.latest.set(text, generations.texts.length);
      generations.texts.push(text);
    },
    changeOf: (start) => {
      const { uid, reason, handler, instance } = start;
      const { texts, latest } = of(uid);
      const current = texts.length - 1;
      const old = essenceText(start.old, model);
      const fresh = essenceText(start.new, model);
      // What a handler of a field sees does not tell which diff base it is about: it is taken to be the present one.
      const generation = reduced.has(handler) ? current : (latest.get(old) ?? current);
      const life = reason === 'resume' ? [instance] : [generation, old, fresh];
      return {
        key: [uid, handler, reason, ...life].join('|'),
        generation,
        overtaken: reason !== 'resume' && generation < current && texts[generation + 1] === fresh,
      };
    },
    generationOf: (uid) => of(uid).texts.length - 1,
  };
}
