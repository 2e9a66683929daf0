// Who asks for objects, and how few requests that takes: whatever is asked for in the same turn is a round, and a round is one script.
import { BugError } from '@kopfts/core';
import type { ObjectUid, ObjectView } from '@kopfts/core';
import type { LoadedEntry } from './loaded.js';

/** Of one object, or why it has none: another format is nobody else's trouble. */
export type Answer = LoadedEntry | Error;

export interface RoundsOptions {
  /** What one script may be asked for: objects of the same part. */
  readonly partOf: (uid: ObjectUid) => number;
  /** The answers, in the same order. */
  readonly ask: (objects: readonly ObjectView[]) => Promise<readonly Answer[]>;
}

export interface Rounds {
  /** Of each of them what there is. Rejects with the first that has no answer. */
  load(objects: readonly ObjectView[]): Promise<readonly LoadedEntry[]>;
}

interface Round {
  readonly objects: ObjectView[];
  /** Who asks twice is answered once. */
  readonly places: Map<ObjectUid, number>;
  readonly answers: Promise<readonly Answer[]>;
  readonly begin: () => Promise<readonly Answer[]>;
}

interface Part {
  /** Not begun yet, the oldest first; the last takes more objects. */
  readonly waiting: Round[];
  underWay: number;
}

/** Objects in one script: some milliseconds of Redis' time, and of ours. */
const MOST_OBJECTS = 500;
/** Scripts at once: more would only wait in Redis, before whatever else it is asked, and until nobody believes in an answer any more. */
const MOST_UNDER_WAY = 4;

export function createRounds({ partOf, ask }: RoundsOptions): Rounds {
  const parts = new Map<number, Part>();
  const beginSome = (number: number, part: Part): void => {
    while (part.underWay < MOST_UNDER_WAY) {
      const round = part.waiting.shift();
      if (round === undefined) break;
      part.underWay += 1;
      const ended = (): void => {
        part.underWay -= 1;
        beginSome(number, part);
      };
      round.begin().then(ended, ended);
    }
    if (part.underWay === 0) parts.delete(number);
  };
  const partFor = (number: number): Part => {
    const known = parts.get(number);
    if (known) return known;
    const part: Part = { waiting: [], underWay: 0 };
    parts.set(number, part);
    return part;
  };
  const join = (object: ObjectView): { readonly round: Round; readonly place: number } => {
    const { uid } = object.ref;
    const number = partOf(uid);
    const part = partFor(number);
    const last = part.waiting.at(-1);
    const before = last?.places.get(uid);
    if (last !== undefined && before !== undefined) return { round: last, place: before };
    const round = last !== undefined && last.objects.length < MOST_OBJECTS ? last : createRound(ask);
    if (last === undefined) setImmediate(beginSome, number, part);
    if (round !== last) part.waiting.push(round);
    const place = round.objects.push(object) - 1;
    round.places.set(uid, place);
    return { round, place };
  };
  return {
    async load(objects) {
      const joined = objects.map(join);
      const entries: LoadedEntry[] = [];
      for (const { round, place } of joined) entries.push(entryOf((await round.answers)[place]));
      return entries;
    },
  };
}

function createRound(ask: RoundsOptions['ask']): Round {
  const objects: ObjectView[] = [];
  let settle: (answers: Promise<readonly Answer[]>) => void = () => undefined;
  const answers = new Promise<readonly Answer[]>((resolve) => (settle = resolve));
  answers.catch(() => undefined); // whoever asked for objects of several rounds hears of the first
  return {
    objects,
    places: new Map(),
    answers,
    begin() {
      settle(ask(objects));
      return answers;
    },
  };
}

function entryOf(answer: Answer | undefined): LoadedEntry {
  if (answer === undefined) throw new BugError('Redis was asked for an object, and nothing was answered.');
  if (answer instanceof Error) throw answer;
  return answer;
}
