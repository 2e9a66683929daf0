// Objects whose handlers kill the process are held, so that all others go on (faults A12; decision 27).
import {
  QuarantinedError,
  type ExtensionPoints,
  type Invocation,
  type Json,
  type JsonObject,
  type ObjectView,
  type PassSummary,
  type Plugin,
} from '@kopfts/core';
import { stateMarkOf } from './state-mark.js';
import type { LifeFile, StateMark } from './life-file.js';

export const QUARANTINE = 'quarantine';
/** Deaths that were seen: the first one of a life without notes is not. */
const MOST_DEATHS = 2;
/** Until the object is found to have changed. */
const LOOK_AGAIN_SECONDS = 60;
/** After so long in service every object was looked at: what was not seen by then is gone. */
const ALL_SEEN_MS = 600_000;
/** A daemon does not end: what has not killed by then does not kill. */
const TRIAL_MS = 10_000;
const CONDITION = 'HandlersQuarantined';

/** Holds what killed the process repeatedly, tries what may have, one after another, and lets everything else alone. */
export function quarantine(life: LifeFile): Plugin {
  return {
    name: QUARANTINE,
    apiVersion: 1,
    setup(host) {
      const held = new Map<string, string>();
      host.contribute('contributeToPatch', (pass) => conditionOf(pass, held.get(pass.object.ref.uid)));
      if (!life.isCareful) return;
      const generations = new Map<string, StateMark>();
      const unseen = new Set([...life.casualties.keys()].map(uidOf));
      host.contribute('admitPass', ({ ref, body }: ObjectView) => {
        unseen.delete(ref.uid);
        generations.set(ref.uid, stateMarkOf(body));
        return { go: true };
      });
      const forget = (uid: string): void => {
        generations.delete(uid);
        held.delete(uid);
        for (const key of life.casualties.keys()) if (uidOf(key) === uid) life.forget(key);
      };
      let readyMs = Infinity;
      host.contribute('factSink', {
        open: () => ({
          accept(fact) {
            if (fact.kind === 'object-forgotten') forget(fact.object.uid);
            if (fact.kind === 'operator-ready') readyMs = host.clock.monotonicMs();
            if (fact.kind !== 'operator-stopping' || host.clock.monotonicMs() - readyMs < ALL_SEEN_MS) return;
            for (const uid of unseen) forget(uid);
          },
        }),
      });
      const hold = (invocation: Invocation, deaths: number): never => {
        const { handler, object, attempt } = invocation;
        const message = `The handler '${handler}' is quarantined: the process died ${String(deaths + 1)} times or more while it ran. It is tried again within a minute after the object changes.`;
        held.set(object.uid, message);
        const { uid, name, namespace = '' } = object;
        host.emit({ kind: 'plugin', plugin: QUARANTINE, name: 'quarantined', data: { handler, uid, name, namespace, attempt, deaths } });
        throw new QuarantinedError(message, { delay: LOOK_AGAIN_SECONDS });
      };
      host.contribute('aroundInvoke', createWatch({ life, generations, held, hold }));
    },
  };
}

const keyOf = (uid: string, handler: string): string => `${uid} ${handler}`;
const uidOf = (key: string): string => key.slice(0, key.indexOf(' '));

interface Watching {
  readonly life: LifeFile;
  readonly generations: ReadonlyMap<string, StateMark>;
  readonly held: Map<string, string>;
  readonly hold: (invocation: Invocation, deaths: number) => never;
}

function createWatch({ life, generations, held, hold }: Watching): ExtensionPoints['aroundInvoke'] {
  let trials: Promise<void> = Promise.resolve();
  const run = async (key: string, work: Parameters<LifeFile['begin']>[1], next: () => Promise<unknown>): Promise<unknown> => {
    life.begin(key, work);
    try {
      return await next();
    } finally {
      life.end(key);
    }
  };
  return (invocation, next) => {
    const { object, handler } = invocation;
    const key = keyOf(object.uid, handler);
    const generation = generations.get(object.uid);
    const known = life.casualties.get(key);
    if (known === undefined) return run(key, { generation, alone: false }, next);
    if (known.deaths >= MOST_DEATHS && known.generation === generation) return hold(invocation, known.deaths);
    held.delete(object.uid);
    const trial = trials.then(() => run(key, { generation, alone: true }, next));
    const over = trial.then(
      () => undefined,
      () => undefined,
    );
    trials = trials.then(() => withinTrial(over));
    return trial;
  };
}

function withinTrial(over: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, TRIAL_MS);
    timer.unref();
    over.then(() => {
      clearTimeout(timer);
      resolve();
    }, resolve);
  });
}

/** What people see on the object: that a handler is held, or no longer is. */
function conditionOf({ object: { body } }: PassSummary, message: string | undefined): { readonly status: JsonObject } | undefined {
  const { status } = body as { readonly status?: { readonly conditions?: Json } };
  const conditions: unknown = status?.conditions ?? [];
  if (!isList(conditions)) return undefined;
  const before = conditions.find(isOurs);
  const wanted = message === undefined ? 'False' : 'True';
  if (before === undefined ? message === undefined : before['status'] === wanted) return undefined;
  const condition: JsonObject =
    message === undefined
      ? { type: CONDITION, status: 'False', reason: 'Released', message: 'No handler is held.' }
      : { type: CONDITION, status: 'True', reason: 'ProcessDied', message };
  return { status: { conditions: [...conditions.filter((one) => !isOurs(one)), condition] } };
}

function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

function isOurs(condition: Json): condition is JsonObject {
  return typeof condition === 'object' && condition !== null && 'type' in condition && condition.type === CONDITION;
}
