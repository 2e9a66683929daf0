// What is behind the argument of a handler, and made when it is asked for: most handlers read neither `signal` nor `patch`.
import type { Patch } from '../model/patch.js';
import type { ObjectRef } from '../model/object.js';
import { createPatchView, type PatchView } from '../patch/patch-view.js';
import type { ClusterClient } from '../ports/cluster-client.js';
import type { Children } from './children/children.js';
import type { EngineContext } from './context.js';
import { SCOPE, type HandledObject, type HandlerScope } from './handler-scope.js';
import type { Told } from './late-abort.js';
import type { ObjectSlot } from './object-slot.js';
import type { EventPoster } from './post-events.js';

interface Late {
  readonly view: PatchView | undefined;
  /** Absent: it has no signal. */
  readonly told: Told | undefined;
  readonly ended: Told | undefined;
}

export class ArgsScope implements HandlerScope, HandledObject {
  readonly #ctx: EngineContext;
  readonly #slot: ObjectSlot;
  readonly #told: Told | undefined;
  readonly #ended: Told | undefined;
  #view: PatchView | undefined;

  constructor(ctx: EngineContext, slot: ObjectSlot, { view, told, ended }: Late) {
    this.#ctx = ctx;
    this.#slot = slot;
    this.#view = view;
    this.#told = told;
    this.#ended = ended;
  }

  get client(): ClusterClient {
    return this.#ctx.ownClient;
  }

  get handling(): HandledObject {
    return this;
  }

  get object(): ObjectRef {
    return this.#slot.ref;
  }

  get poster(): EventPoster {
    return this.#ctx.poster;
  }

  get children(): Children {
    return this.#ctx.children;
  }

  get ended(): AbortSignal {
    return this.#ended?.signal ?? this.#ctx.ended;
  }

  get patch(): Patch {
    return (this.#view ??= createPatchView()).view;
  }

  get signal(): AbortSignal | undefined {
    return this.#told?.signal;
  }
}

interface Scoped {
  readonly [SCOPE]: ArgsScope;
}

/** One for all arguments: with functions of their own they would all be of different shapes, which is slow and large. */
const PATCH: PropertyDescriptor & ThisType<Scoped> = {
  enumerable: true,
  configurable: true,
  get() {
    return this[SCOPE].patch;
  },
};
const SIGNAL: PropertyDescriptor & ThisType<Scoped> = {
  enumerable: true,
  configurable: true,
  get() {
    return this[SCOPE].signal;
  },
};

/** With `patch`, an own property like any other: copies made by `...` have it. */
export function withLateArgs<T extends Scoped>(args: T): T & { readonly patch: Patch } {
  return Object.defineProperty(args, 'patch', PATCH) as T & { readonly patch: Patch };
}

/** The same for `signal`. */
export function withSignal<T>(args: T): T & { readonly signal: AbortSignal } {
  return Object.defineProperty(args, 'signal', SIGNAL) as T & { readonly signal: AbortSignal };
}
