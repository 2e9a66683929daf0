import type * as Cel from '@marcbachmann/cel-js';
import { celEqual } from './cel-value.js';
import type { CelEnvironment } from './environment.js';
import type { OptionalValue } from './optional-value.js';

/** Optional values from lists, and lists from optional values. */
export function registerOptionals(environment: CelEnvironment, optional: typeof Cel.Optional): void {
  const at = (list: readonly unknown[], index: number): unknown => (list.length === 0 ? optional.none() : optional.of(list.at(index)));
  environment
    .registerOperator('optional<A> == optional<A>', celEqual)
    .registerFunction('list<A>.first(): optional<A>', (list: readonly unknown[]) => at(list, 0))
    .registerFunction('list<A>.last(): optional<A>', (list: readonly unknown[]) => at(list, -1))
    .registerFunction('list<optional<A>>.unwrapOpt(): list<A>', unwrapped)
    .registerFunction('OptionalNamespace.unwrap(list<optional<A>>): list<A>', (_optional: unknown, list: readonly OptionalValue[]) =>
      unwrapped(list),
    )
    .registerFunction('OptionalNamespace.ofNonZeroValue(A): optional<A>', (_optional: unknown, value: unknown) =>
      isZero(value) ? optional.none() : optional.of(value),
    );
}

function unwrapped(list: readonly OptionalValue[]): readonly unknown[] {
  return list.filter((item) => item.hasValue()).map((item) => item.value());
}

function isZero(value: unknown): boolean {
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length === 0;
  if (value instanceof Map) return value.size === 0;
  return value === null || value === false || value === '' || value === 0 || value === 0n;
}
