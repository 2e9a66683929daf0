// Most writes move ownership as another write did just before: objects of one shape by one manager within one second. What such a write
// leaves is remembered and shared, so that a hundred thousand objects alike have one list of owners between them.

import type { JsonArray } from '../store/json-value.js';
import type { Writer } from './own-fields.js';
import type { Owners } from './owners.js';
import { RecentMap } from '../recent-map.js';
import type { VersionChanges } from './transfer.js';

const MOST_MOVES = 2_000;

/** A write as far as its outcome depends on it; equal texts promise equal owners afterwards. */
export type Move = string;

/** The entries after a write; `entries` is undefined where nobody owns anything. */
interface Outcome {
  readonly entries: JsonArray | undefined;
}

export class KnownMoves {
  readonly #outcomes = new RecentMap<Move, Outcome>(MOST_MOVES);
  readonly #numbers = new WeakMap<object, number>();
  #last = 0;

  /** Undefined when an owner speaks another version than the writer: then more than one comparison counts. */
  moveOf(owners: Owners, writer: Writer, changes: VersionChanges): Move | undefined {
    for (const { apiVersion } of owners.values()) if (apiVersion !== writer.apiVersion) return undefined;
    const { removed, modified, added, type } = changes;
    const who = JSON.stringify([writer.manager, writer.apiVersion, writer.subresource, writer.time]);
    const what = JSON.stringify([removed, modified, added]);
    return `${this.#numberOf(owners)} ${this.#numberOf(type)} ${who} ${what}`;
  }

  outcome(move: Move): Outcome | undefined {
    return this.#outcomes.get(move);
  }

  remember(move: Move, entries: JsonArray | undefined): void {
    this.#outcomes.set(move, { entries });
  }

  #numberOf(value: object): number {
    const known = this.#numbers.get(value);
    if (known !== undefined) return known;
    this.#last += 1;
    this.#numbers.set(value, this.#last);
    return this.#last;
  }
}
