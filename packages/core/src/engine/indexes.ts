// The indexes of an operator: their content, how handlers get them, and when they are complete enough for handlers to begin.
import { InvalidOptionError } from '../errors.js';
import type { AnyHandler } from '../handlers/handler-spec.js';
import type { HandlerId } from '../model/ids.js';
import type { IndexInspection } from '../model/inspection.js';
import type { IndexLookup, IndexToken, ObjectIndex } from '../model/object-index.js';
import { createIndexStore, type IndexStore } from './index-store.js';

export interface Indexes {
  /** For all handlers and callbacks: the indexes by their ids, and `index(token)`, which no id hides. */
  readonly args: Readonly<Record<string, unknown>> & { readonly index: IndexLookup };
  /** Those of these handlers, by id, in place of those before: what stays keeps its content, and `args` are others from now on. */
  declare(handlers: readonly AnyHandler[]): void;
  /** @throws never for the id of a declared index. */
  store(id: HandlerId): IndexStore;
  inspect(): readonly IndexInspection[];
  /** For collections that begin to be served together: they wait for each other, and for those that began before. */
  openGate(): IndexGate;
}

/** Closed as long as something that was asked for before is not indexed. It opens once, and stays open (spec I-21, I-22). */
export interface IndexGate {
  isOpen(): boolean;
  onOpen(opened: () => void): void;
  /** Keeps it closed, and those that come later, until the returned function is called: the first call says true, others change nothing. */
  hold(): () => boolean;
  /** All collections have begun. */
  complete(): void;
}

/** One for each id, empty. */
export function createIndexes(handlers: readonly AnyHandler[]): Indexes {
  const stores = new Map<HandlerId, IndexStore>();
  const index: IndexLookup = <Key, Value>(token: IndexToken<Key, Value>) => {
    const store = stores.get((token as IndexToken | undefined)?.id ?? '');
    if (store === undefined)
      throw new InvalidOptionError('The argument of `index`', token, 'what `kopf.index` of a registry of this operator returned');
    // The token has the types of what its function returns, and only that is in the store.
    return store.view as unknown as ObjectIndex<Key, Value>;
  };
  let args: Indexes['args'] = Object.freeze({ index });
  const declare = (declared: readonly AnyHandler[]): void => {
    const ids = new Set(declared.flatMap(({ family, id }) => (family === 'index' ? [id] : [])));
    for (const id of [...stores.keys()]) if (!ids.has(id)) stores.delete(id);
    for (const id of ids) if (!stores.has(id)) stores.set(id, createIndexStore());
    args = Object.freeze({ ...Object.fromEntries([...stores].map(([id, { view }]) => [id, view])), index });
  };
  declare(handlers);
  const holds = new Set<symbol>();
  const gates = new Set<OpenableGate>();
  const release = (hold: symbol): boolean => {
    if (!holds.delete(hold)) return false;
    for (const gate of [...gates]) if (gate.released(hold)) gates.delete(gate);
    return true;
  };
  return {
    get args() {
      return args;
    },
    declare,
    store(id) {
      const store = stores.get(id) ?? createIndexStore();
      stores.set(id, store);
      return store;
    },
    inspect: () => [...stores].map(([id, store]) => ({ id, ...store.count() })),
    openGate() {
      const beginning = Symbol('collections begin');
      const gate = createGate([...holds, beginning]);
      gates.add(gate);
      holds.add(beginning);
      return {
        isOpen: () => gate.isOpen(),
        onOpen: (opened) => gate.onOpen(opened),
        hold() {
          const hold = Symbol('collection');
          holds.add(hold);
          gate.wait(hold);
          return () => release(hold);
        },
        complete() {
          release(beginning);
        },
      };
    },
  };
}

interface OpenableGate {
  isOpen(): boolean;
  onOpen(opened: () => void): void;
  wait(hold: symbol): void;
  /** True: it is open. */
  released(hold: symbol): boolean;
}

function createGate(initial: readonly symbol[]): OpenableGate {
  const waitingFor = new Set(initial);
  let whenOpen: (() => void)[] = [];
  return {
    isOpen: () => waitingFor.size === 0,
    onOpen(opened) {
      if (waitingFor.size === 0) opened();
      else whenOpen.push(opened);
    },
    wait(hold) {
      waitingFor.add(hold);
    },
    released(hold) {
      waitingFor.delete(hold);
      if (waitingFor.size > 0) return false;
      const told = whenOpen;
      whenOpen = [];
      for (const tell of told) tell();
      return true;
    },
  };
}
