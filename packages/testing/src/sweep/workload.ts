// A reference workload: an operator and a story, small enough to be told again with every fault at every place.
import type { JsonObject, OperatorConfig } from '@kopfts/core';
import type { NewObject, ObjectIdentity } from '../cluster-driver.js';
import type { Harness } from '../harness.js';
import type { OperatorModel, Violation } from '../invariants/invariant.js';
import type { OperatorParts } from '../operator-instance.js';
import type { Strategy } from './plan.js';

export interface Workload {
  readonly name: string;
  readonly crds: readonly JsonObject[];
  /** Made anew for each life of the operator. */
  readonly config: (parts: OperatorParts) => OperatorConfig;
  /** The operator's promises. */
  readonly model: OperatorModel;
  /** Its handlers may fail for good, which logs show as an error, although nothing goes wrong. Default: they never do. */
  readonly mayFail?: boolean | undefined;
  /** How often the engine takes ways that are legal and rare, 0 to 1. Default: never. */
  readonly rarely?: number | undefined;
  /** Another operator on the same objects: it lives and dies along with the first one, and keeps its own promises. */
  readonly rival?: Pick<Workload, 'config' | 'model'> | undefined;
  /** The promises for objects of further kinds; then what is promised for one kind is not asked of the others. */
  readonly otherKinds?: readonly OperatorModel[] | undefined;
  /** Of the strategies, where not all are worth their time. Default: all. */
  readonly strategies?: readonly Strategy[] | undefined;
  /** Of the places for each of two deaths, only every so many-th. Default 1: all. */
  readonly pairsEvery?: number | undefined;
  /** How many plans of several mishaps there are for a seed. Default 20. */
  readonly swarm?: number | undefined;
  /** How many plans of each kind of interleaving there are for a seed. Default 12. */
  readonly schedules?: number | undefined;
  /** Brings the world to where the story begins; without faults. */
  prepare(world: Harness): Promise<void>;
  /** The story; faults happen from here on. */
  act(world: Harness): Promise<void>;
  /** Somebody takes the object away by force, and makes another one of its name. */
  replace(world: Harness): Promise<void>;
  /** Somebody takes the object away by force. */
  remove(world: Harness): Promise<void>;
  /** The story of an object of that name made anew; default: this one. */
  readonly anew?: Workload | undefined;
  /** What else is wrong in the end, when everything rests; nothing if all is well. */
  readonly verdict?: ((world: Harness) => Promise<readonly Violation[]>) | undefined;
  /** The object as it is created. */
  readonly object: NewObject & ObjectIdentity;
}
