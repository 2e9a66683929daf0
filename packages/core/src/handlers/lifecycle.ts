// Which of the handlers that are due run in one pass, and in which order. Values: chosen by settings, or for one `execute`.
import { errorText, LifecycleError } from '../errors.js';
import type { HandlerId } from '../model/ids.js';
import type { Instant } from '../model/instant.js';
import type { HandlerState, Lifecycle, LifecycleArgs, LifecycleCandidate } from '../model/lifecycle.js';
import { isFinished, type Progress } from './progress.js';

/** All that are due, in the order of registration: one pass, one write (spec L-02). The default. */
export const allAtOnce: Lifecycle = (candidates) => candidates;

/** The first one (spec L-03). */
export const oneByOne: Lifecycle = (candidates) => candidates.slice(0, 1);

/** The one with the fewest attempts, of several the first: what fails gives way to what was not yet tried. Kopf's default (spec L-06). */
export const asap: Lifecycle = (candidates, { state }) => {
  const attempts = ({ id }: LifecycleCandidate): number => state.get(id)?.retries ?? 0;
  return candidates.toSorted((a, b) => attempts(a) - attempts(b)).slice(0, 1);
};

/** Any one (spec L-04). */
export const randomized: Lifecycle = (candidates, { random }) => {
  const index = Math.floor(random() * candidates.length);
  return candidates.slice(index, index + 1);
};

/** All, in any order (spec L-05). */
export const shuffled: Lifecycle = (candidates, { random }) => {
  const order = [...candidates];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other], order[last]] as [LifecycleCandidate, LifecycleCandidate];
  }
  return order;
};

/**
 * What a lifecycle makes of the handlers that are due; it is not asked when none are.
 *
 * @throws LifecycleError `KOPF_LIFECYCLE_FAILED` if it throws, or returns anything but some of them, each at most once.
 */
export function chooseHandlers<H extends LifecycleCandidate>(
  lifecycle: Lifecycle,
  due: readonly H[],
  makeArgs: () => LifecycleArgs,
): readonly H[] {
  if (lifecycle === allAtOnce || due.length === 0) return due;
  const name = lifecycle.name === '' ? '(anonymous)' : lifecycle.name;
  let answer: unknown;
  try {
    answer = lifecycle(Object.freeze([...due]), makeArgs());
    if (isIterable(answer)) answer = [...answer];
  } catch (error) {
    throw new LifecycleError(name, `threw: ${errorText(error)}`, { cause: error });
  }
  if (!Array.isArray(answer)) throw new LifecycleError(name, 'did not return a list of handlers.');
  const chosen = answer.map((given: unknown) => due.find((handler) => handler === given));
  if (chosen.includes(undefined)) throw new LifecycleError(name, 'returned something that is none of the handlers that it was given.');
  if (new Set(chosen).size < chosen.length) throw new LifecycleError(name, 'returned a handler twice.');
  return chosen.filter((handler) => handler !== undefined);
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

/** What lifecycles are told about the attempts of all handlers (spec L-01). */
export function handlerStates(progress: Progress, now: Instant, dateOf: (instant: Instant) => Date): ReadonlyMap<HandlerId, HandlerState> {
  return new Map(
    [...progress].map(([id, { record }]) => {
      const { started, delayed, retries, success, failure } = record;
      const finished = isFinished(record);
      const sleeping = !finished && delayed !== undefined && delayed > now;
      const runtime = Math.max(0, now - started) / 1000;
      const dates = { started: dateOf(started), delayed: delayed === undefined ? undefined : dateOf(delayed) };
      return [id, Object.freeze({ ...dates, runtime, retries, success, failure, finished, sleeping, awakened: !finished && !sleeping })];
    }),
  );
}
