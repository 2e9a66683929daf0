import type { Json } from './json.js';

/** The key or field exists, whatever its value. */
export const PRESENT: unique symbol = Symbol.for('@kopfts/present') as never;
/** The key or field does not exist. */
export const ABSENT: unique symbol = Symbol.for('@kopfts/absent') as never;

/** `fn(value, args)`; the value is `undefined` when absent (spec F-06, F-13). */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type ValuePredicate = (value: any, args: any) => unknown;

/** One criterion of `value`, `old`, `new` (spec F-08). */
export type ValueCriterion = Json | typeof PRESENT | typeof ABSENT | ValuePredicate;
/** One criterion of `labels`, `annotations` (spec F-05). */
export type MetadataCriterion = string | typeof PRESENT | typeof ABSENT | ValuePredicate;
export type MetadataCriteria = Readonly<Record<string, MetadataCriterion>>;

/** Which filter said no; a fact for whoever asks why (design 4). */
export type FilterName = 'reason' | 'initial' | 'labels' | 'annotations' | 'value' | 'change' | 'old' | 'new' | 'when' | 'deleted';
