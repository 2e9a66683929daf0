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

const NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const PREFIX = /^(?=.{1,253}$)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

/** `name`, or `prefix/name` (Kubernetes: syntax of labels and of annotations, whose keys may have upper-case letters in front). */
function isKey(key: string): boolean {
  const [first = '', second, ...more] = key.split('/');
  if (second === undefined) return NAME.test(first);
  return more.length === 0 && PREFIX.test(first) && NAME.test(second);
}

function isValue(value: string): boolean {
  return value === '' || NAME.test(value);
}

/** The cluster would refuse such a label. Who wants it to be absent is always content, and hardly meant that. */
const impossibleLabel: Check = ({ labels = {} }) => {
  for (const [key, wanted] of Object.entries(labels)) {
    if (!isKey(key)) return impossibleKey('label', key, wanted);
    if (typeof wanted === 'string' && !isValue(wanted))
      return `it never runs: the label ${key} cannot have the value ${JSON.stringify(wanted)}`;
  }
  return undefined;
};

const impossibleAnnotation: Check = ({ annotations = {} }) => {
  const [key, wanted] = Object.entries(annotations).find(([one]) => !isKey(one.toLowerCase())) ?? [];
  return key === undefined ? undefined : impossibleKey('annotation', key, wanted);
};

function impossibleKey(what: string, key: string, wanted: unknown): string {
  const so = typeof wanted === 'string' || wanted === PRESENT ? 'it never runs' : 'its filter makes no difference';
  return `${so}: ${JSON.stringify(key)} cannot be the key of ${what === 'label' ? 'a label' : 'an annotation'}`;
}

const CHECKS: readonly Check[] = [shortId, unchanged, impossibleLabel, impossibleAnnotation];

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
