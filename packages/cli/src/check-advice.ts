// What is no mistake to the engine, but hardly what was meant: told by `kopf check`, without a cluster.
import { ABSENT, jsonEqual, PRESENT, type AnyHandler, type ChangeHandler, type Json } from '@kopfts/core';

/** A line about one declaration. */
export interface Advice {
  readonly id: string;
  /** `handlers.ts:12` */
  readonly place: string;
  readonly says: string;
}

/** In the order of the declarations. */
export function adviceOn(handlers: readonly AnyHandler[]): readonly Advice[] {
  return handlers.flatMap((handler) =>
    CHECKS.flatMap((check) => {
      const says = check(handler);
      return says === undefined ? [] : [{ id: handler.id, place: handler.place, says }];
    }),
  );
}

type Check = (handler: AnyHandler) => string | undefined;

/** Minified functions are called `a`, and `b` after the next build: then progress is not found again. */
const shortId: Check = ({ id }) =>
  /^[a-zA-Z_$](?:\/|$)/.test(id)
    ? 'its id has one letter, as the name of a minified function has: give it an `id`, which must stay the same'
    : undefined;

/** Updates and fields run for changes of the field only. */
const unchanged: Check = (handler) =>
  isChange(handler) && handler.needsChange && isSameValue(handler.old, handler.new)
    ? 'it never runs: `old` and `new` want the same value, but it runs only if the field changes'
    : undefined;

const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

/** The cluster would refuse such a label. */
const impossibleLabel: Check = ({ labels = {} }) => {
  const [key, value] = Object.entries(labels).find(([, wanted]) => typeof wanted === 'string' && !LABEL_VALUE.test(wanted)) ?? [];
  return key === undefined ? undefined : `it never runs: the label ${key} cannot have the value ${JSON.stringify(value)}`;
};

const CHECKS: readonly Check[] = [shortId, unchanged, impossibleLabel];

function isChange(handler: AnyHandler): handler is ChangeHandler {
  return handler.family === 'change';
}

function isCallback(criterion: unknown): boolean {
  return typeof criterion === 'function';
}

function isExact(criterion: unknown): criterion is Json {
  return criterion !== undefined && criterion !== PRESENT && criterion !== ABSENT && !isCallback(criterion);
}

function isSameValue(old: unknown, fresh: unknown): boolean {
  if (old === ABSENT && fresh === ABSENT) return true;
  return isExact(old) && isExact(fresh) && jsonEqual(old, fresh);
}
