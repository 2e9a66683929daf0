import { InvalidOptionError } from '../errors.js';
import type { ActivityFunction, ActivityKind } from '../model/activity.js';
import type { HandlerId } from '../model/ids.js';
import { nameOf, RETRIES } from './declare.js';
import type { RetryPolicy } from './handler-spec.js';
import { OptionCheck, type GivenOptions } from './option-check.js';

/** A declared handler of the operator's own life. Immutable. */
export interface ActivityHandler extends RetryPolicy {
  readonly activity: ActivityKind;
  readonly id: HandlerId;
  /** `handlers.ts:12`, for messages. */
  readonly place: string;
  readonly param: unknown;
  readonly fn: ActivityFunction;
}

interface ActivityDeclaration {
  readonly activity: ActivityKind;
  readonly options: unknown;
  readonly fn: unknown;
  readonly place: string;
  readonly strictIds: boolean;
}

/** @throws InvalidOptionError, UnknownOptionError; both name the handler and its place. */
export function declareActivity({ activity, options, fn, place, strictIds }: ActivityDeclaration): ActivityHandler {
  const what = `on.${activity}`;
  if (typeof fn !== 'function') throw new InvalidOptionError(`The last argument of ${what} (${place})`, fn, 'a function');
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new InvalidOptionError(`The first argument of ${what} (${place})`, options, 'an object of options, or the function');
  const given = options as GivenOptions;
  const ownName = nameOf(fn);
  const check = new OptionCheck(given, `${what} '${ownName === '' ? activity : ownName}' (${place})`);
  check.known(['id', 'param', ...RETRIES], () => []);
  const id = given['id'];
  if (id !== undefined && (typeof id !== 'string' || id === '')) throw check.wrong('id', 'text, not empty');
  if (id === undefined && strictIds) throw check.wrong('id', 'given, because this registry has `strictIds`');
  return Object.freeze({
    ...check.retryPolicy(),
    activity,
    id: id ?? (ownName === '' ? activity : ownName),
    place,
    param: given['param'],
    fn: fn as ActivityFunction,
  });
}
