import { celCompare, celEqual } from './cel-value.js';
import type { CelEnvironment } from './environment.js';
import { registerNamespace } from './namespace.js';

/** Lists and sets. */
export function registerLists(environment: CelEnvironment): void {
  environment
    .registerFunction('list<A>.isSorted(): bool', isSorted)
    .registerFunction('list<int>.sum(): int', (list: readonly bigint[]) => list.reduce((sum, item) => sum + item, 0n))
    .registerFunction('list<double>.sum(): double', (list: readonly number[]) => list.reduce((sum, item) => sum + item, 0))
    .registerFunction('list<A>.min(): A', (list: readonly unknown[]) => extreme(list, -1))
    .registerFunction('list<A>.max(): A', (list: readonly unknown[]) => extreme(list, 1))
    .registerFunction('list<A>.indexOf(A): int', (list: readonly unknown[], item: unknown) =>
      BigInt(list.findIndex((one) => celEqual(one, item))),
    )
    .registerFunction('list<A>.lastIndexOf(A): int', (list: readonly unknown[], item: unknown) =>
      BigInt(list.findLastIndex((one) => celEqual(one, item))),
    )
    .registerFunction('list<A>.distinct(): list<A>', distinct)
    .registerFunction('list<A>.reverse(): list<A>', (list: readonly unknown[]) => list.toReversed())
    .registerFunction('list<A>.sort(): list<A>', (list: readonly unknown[]) => list.toSorted(celCompare))
    .registerFunction('list<A>.slice(int, int): list<A>', (list: readonly unknown[], start: bigint, end: bigint) =>
      list.slice(Number(start), Number(end)),
    );
  registerNamespace(environment, 'lists', 'ListsNamespace');
  environment
    .registerFunction('list<list<A>>.flatten(): list<A>', (list: readonly unknown[]) => list.flat())
    .registerFunction('list<A>.flatten(int): list<dyn>', (list: readonly unknown[], depth: bigint) => flatten(list, depth))
    .registerFunction('ListsNamespace.range(int): list<int>', (_lists: unknown, count: bigint) =>
      Array.from({ length: Number(count) }, (_item, index) => BigInt(index)),
    );
  registerSets(environment);
}

function flatten(list: readonly unknown[], depth: bigint): readonly unknown[] {
  if (depth < 0n) throw new Error('level must be non-negative');
  return list.flatMap((item) => (depth > 0n && Array.isArray(item) ? flatten(item, depth - 1n) : [item]));
}

function registerSets(environment: CelEnvironment): void {
  registerNamespace(environment, 'sets', 'SetsNamespace');
  environment
    .registerFunction(
      'SetsNamespace.contains(list<A>, list<A>): bool',
      (_sets: unknown, all: readonly unknown[], some: readonly unknown[]) => contains(all, some),
    )
    .registerFunction(
      'SetsNamespace.equivalent(list<A>, list<A>): bool',
      (_sets: unknown, a: readonly unknown[], b: readonly unknown[]) => contains(a, b) && contains(b, a),
    )
    .registerFunction('SetsNamespace.intersects(list<A>, list<A>): bool', (_sets: unknown, a: readonly unknown[], b: readonly unknown[]) =>
      a.some((item) => contains(b, [item])),
    );
}

function contains(all: readonly unknown[], some: readonly unknown[]): boolean {
  return some.every((item) => all.some((one) => celEqual(one, item)));
}

function isSorted(list: readonly unknown[]): boolean {
  return list.every((item, index) => index === 0 || celCompare(list[index - 1], item) <= 0);
}

function extreme(list: readonly unknown[], sign: 1 | -1): unknown {
  if (list.length === 0) throw new Error(`${sign > 0 ? 'max' : 'min'} called on empty list`);
  return list.reduce((best, item) => (celCompare(item, best) * sign > 0 ? item : best));
}

function distinct(list: readonly unknown[]): readonly unknown[] {
  return list.filter((item, index) => list.findIndex((one) => celEqual(one, item)) === index);
}
