// What a scenario is: handlers twice (a Python file of the same name has the others), and what happens to their objects.
import type { ObjectBody, Registry } from '@kopfts/core';

/** One invocation of a handler, as both sides write it down. */
export interface Call {
  readonly object: string;
  readonly handler: string;
  readonly reason: string;
  readonly retry: number;
  /** Spec and status as the handler saw them. */
  readonly seen: { readonly spec?: unknown; readonly status?: unknown };
  readonly old?: unknown;
  readonly new?: unknown;
  readonly diff?: unknown;
  readonly result: string;
}

/** What a script can look at while it waits. */
export interface Sight {
  /** That have ended. */
  readonly calls: readonly Call[];
  /** How many have begun in this life of the operator. */
  readonly begun: number;
  readonly objects: ReadonlyMap<string, ObjectBody>;
}

export type Step =
  /** The operator lives from here on. */
  | { readonly do: 'start' }
  | { readonly do: 'stop' | 'kill' }
  | { readonly do: 'create'; readonly name: string; readonly object: object }
  | { readonly do: 'patch'; readonly name: string; readonly patch: object; readonly endpoint: 'main' | 'status' }
  | { readonly do: 'delete'; readonly name: string }
  | { readonly do: 'until'; readonly what: string; readonly is: (sight: Sight) => boolean }
  /** Nothing happens for a moment: neither a call nor a write. */
  | { readonly do: 'rest' }
  /** The objects as they are now are compared, too. */
  | { readonly do: 'snapshot'; readonly as: string };

/** The kinds that there are (`kinds.ts`), by plural. */
export type TwinKind = 'twins' | 'plaintwins' | 'prunedtwins';

export interface Scenario {
  /** Of the recording and of the Python file. */
  readonly name: string;
  readonly kind?: TwinKind;
  /** Of both sides; default: all that are due in one pass. */
  readonly lifecycle?: 'asap';
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- memos of twins are whatever they put in
  readonly declare: (kopf: Registry<any>) => void;
  readonly steps: readonly Step[];
  /** A call of Kopf's, as ours makes it where it differs on purpose. Default: the same. */
  readonly differs?: (call: Call) => Call;
}

export const start: Step = { do: 'start' };
export const stop: Step = { do: 'stop' };
/** In the middle of whatever it does. */
export const kill: Step = { do: 'kill' };
export const rest: Step = { do: 'rest' };

/** The operator lives on in another process. */
export const restart: readonly Step[] = [stop, start];

export const create = (name: string, object: object = { spec: {} }): Step => ({ do: 'create', name, object });
export const patch = (name: string, change: object): Step => ({ do: 'patch', name, patch: change, endpoint: 'main' });
export const patchStatus = (name: string, status: object): Step => ({ do: 'patch', name, patch: { status }, endpoint: 'status' });
export const remove = (name: string): Step => ({ do: 'delete', name });
export const snapshot = (as: string): Step => ({ do: 'snapshot', as });
export const until = (what: string, is: (sight: Sight) => boolean): Step => ({ do: 'until', what, is });

/** So many invocations have ended by now. */
export const calls = (count: number): Step => until(`${String(count)} calls`, (sight) => sight.calls.length >= count);

/** So many invocations of this life have begun. */
export const begun = (count: number): Step => until(`${String(count)} calls have begun`, (sight) => sight.begun >= count);

/** The object is as it was handled last, and nothing of it is in progress. */
export const handled = (name: string): Step => until(`${name} is handled`, ({ objects }) => isHandled(objects.get(name)));
/** Our finalizer, or Kopf's, is on it; or is not. */
export const held = (name: string): Step => until(`${name} is held`, ({ objects }) => isHeld(objects.get(name)));
export const released = (name: string): Step => until(`${name} is released`, ({ objects }) => !isHeld(objects.get(name)));
export const gone = (name: string): Step => until(`${name} is gone`, ({ objects }) => !objects.has(name));

const PREFIX = 'kopf.zalando.org/';
const LAST_HANDLED = `${PREFIX}last-handled-configuration`;
const NO_PROGRESS: readonly string[] = [LAST_HANDLED, `${PREFIX}touch-dummy`];
const NOT_OF_USERS = /^kopf\.zalando\.org\/|^kubectl\.kubernetes\.io\/last-applied-configuration$/;

const isHeld = (object: ObjectBody | undefined): boolean => object?.metadata.finalizers?.includes(`${PREFIX}KopfFinalizerMarker`) ?? false;

function isHandled(object: ObjectBody | undefined): boolean {
  const annotations = object?.metadata.annotations ?? {};
  const text = annotations[LAST_HANDLED];
  if (object === undefined || text === undefined) return false;
  if (Object.keys(annotations).some((key) => key.startsWith(PREFIX) && !NO_PROGRESS.includes(key))) return false;
  const stored = JSON.parse(text) as { readonly spec?: unknown; readonly metadata?: ObjectBody['metadata'] };
  return sorted(summary(stored)) === sorted(summary(object));
}

function summary(of: { readonly spec?: unknown; readonly metadata?: Partial<ObjectBody['metadata']> | undefined }): object {
  const annotations = Object.entries(of.metadata?.annotations ?? {}).filter(([key]) => !NOT_OF_USERS.test(key));
  return { spec: of.spec, labels: of.metadata?.labels ?? {}, annotations: Object.fromEntries(annotations) };
}

function sorted(value: object): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
