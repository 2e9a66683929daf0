// Whose turn is it? Passes that wait for a worker, and writes that wait for a connection, are served by urgency, fairly between
// namespaces, and so that nothing waits for ever. Time plays no part: the decision counts turns, so the same arrivals have the same order.

/** What is served first: deletions hold others up, live changes are what somebody waits for, a list at the start is a backlog. */
export const URGENCIES = ['deletion', 'change', 'retry', 'initial'] as const;
export type Urgency = (typeof URGENCIES)[number];

/**
 * Every so many turns the one that came first of all has its turn, whatever it waits for. So one that found n others waiting has
 * its turn within `AGEING × (n + 1)` turns, and three of four turns go by urgency.
 */
export const AGEING = 4;

/** One that waits. */
export interface Ticket {
  /** Takes it out; nothing happens if it had its turn. */
  leave(): void;
  /** It matters more now. Never less: what was promised stays. */
  raise(urgency: Urgency): void;
}

export interface TurnQueue<T> {
  readonly size: number;
  add(item: T, claim: { readonly urgency: Urgency; readonly namespace: string }): Ticket;
  /** Takes out whose turn it is. */
  next(): T | undefined;
}

/** The more urgent of two. */
export function moreUrgent(a: Urgency, b: Urgency): Urgency {
  return URGENCIES.indexOf(a) <= URGENCIES.indexOf(b) ? a : b;
}

interface Entry<T> {
  readonly item: T;
  readonly namespace: string;
  urgency: Urgency;
  waiting: boolean;
}

/** Nobody waits yet. */
export function createTurnQueue<T>(): TurnQueue<T> {
  const arrivals = createFifo<Entry<T>>((entry) => entry.waiting);
  const classes = new Map(URGENCIES.map((urgency) => [urgency, createClass<T>(urgency)]));
  let waiting = 0;
  let turns = 0;
  const leave = (entry: Entry<T>): void => {
    if (!entry.waiting) return;
    entry.waiting = false;
    waiting -= 1;
    classes.get(entry.urgency)?.left();
    if (isMostlyOver(arrivals.length, waiting)) arrivals.sweep();
  };
  const choose = (): Entry<T> | undefined => {
    turns += 1;
    if (turns % AGEING === 0) return arrivals.first();
    for (const one of classes.values()) {
      const entry = one.next();
      if (entry) return entry;
    }
    return undefined;
  };
  return {
    get size() {
      return waiting;
    },
    add(item, { urgency, namespace }) {
      const entry: Entry<T> = { item, namespace, urgency, waiting: true };
      waiting += 1;
      arrivals.push(entry);
      classes.get(urgency)?.add(entry);
      return {
        leave: () => leave(entry),
        raise(wanted) {
          if (!entry.waiting || moreUrgent(wanted, entry.urgency) === entry.urgency) return;
          const before = entry.urgency;
          entry.urgency = wanted;
          classes.get(before)?.left();
          classes.get(wanted)?.add(entry);
        },
      };
    },
    next() {
      if (waiting === 0) return undefined;
      const entry = choose();
      if (entry) leave(entry);
      return entry?.item;
    },
  };
}

/** What left in the middle is forgotten by and by: there are never many more than wait. */
function isMostlyOver(held: number, waiting: number): boolean {
  return held > 2 * waiting + 64;
}

interface UrgencyClass<T> {
  add(entry: Entry<T>): void;
  /** One of them had its turn, was raised, or does not want it any more. */
  left(): void;
  /** The first of the namespace that had no turn for longest. */
  next(): Entry<T> | undefined;
}

function createClass<T>(urgency: Urgency): UrgencyClass<T> {
  // An entry that was raised stays behind here, and does not count any more.
  const isHere = (entry: Entry<T>): boolean => entry.waiting && entry.urgency === urgency;
  const byNamespace = new Map<string, Fifo<Entry<T>>>();
  /** Each namespace of the map once, in the order of their turns. */
  const round = createFifo<string>((namespace) => byNamespace.has(namespace));
  let here = 0;
  let leftSinceSweep = 0;
  return {
    add(entry) {
      here += 1;
      const known = byNamespace.get(entry.namespace);
      const fifo = known ?? createFifo<Entry<T>>(isHere);
      fifo.push(entry);
      if (known) return;
      byNamespace.set(entry.namespace, fifo);
      round.push(entry.namespace);
    },
    left() {
      here -= 1;
      leftSinceSweep += 1;
      if (!isMostlyOver(here + leftSinceSweep, here)) return;
      leftSinceSweep = 0;
      for (const [namespace, fifo] of byNamespace) {
        fifo.sweep();
        if (fifo.length === 0) byNamespace.delete(namespace);
      }
      round.sweep();
    },
    next() {
      for (let namespace = round.shift(); namespace !== undefined; namespace = round.shift()) {
        const fifo = byNamespace.get(namespace);
        const entry = fifo?.shift();
        if (entry) {
          round.push(namespace);
          return entry;
        }
        byNamespace.delete(namespace);
      }
      return undefined;
    },
  };
}

interface Fifo<T> {
  readonly length: number;
  push(item: T): void;
  /** The first that counts still, which stays. */
  first(): T | undefined;
  shift(): T | undefined;
  /** Forgets what does not count any more. */
  sweep(): void;
}

/** First in, first out; what does not count any more is passed over. Amortised, each step costs the same whatever the length. */
function createFifo<T>(counts: (item: T) => boolean): Fifo<T> {
  let items: T[] = [];
  let head = 0;
  const skip = (): void => {
    while (head < items.length && !counts(items[head] as T)) head += 1;
    if (head < 32 || head * 2 < items.length) return;
    items = items.slice(head);
    head = 0;
  };
  return {
    get length() {
      return items.length - head;
    },
    push(item) {
      items.push(item);
    },
    first() {
      skip();
      return items[head];
    },
    shift() {
      skip();
      if (head >= items.length) return undefined;
      head += 1;
      return items[head - 1];
    },
    sweep() {
      items = items.slice(head).filter(counts);
      head = 0;
    },
  };
}
