/** Combine predicates of one kind: `when` filters, or criteria for values (spec F-30, F-31). All arguments are passed on. */

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- predicates of any signature
type Predicate = (...args: any[]) => unknown;

/** Matches when the predicate does not. */
export function not<P extends Predicate>(predicate: P): (...args: Parameters<P>) => boolean {
  return (...args) => !predicate(...(args as unknown[]));
}

/** Matches when all do; none is asked after the first no. True for an empty list. */
export function all<P extends Predicate>(predicates: readonly P[]): (...args: Parameters<P>) => boolean {
  return (...args) => predicates.every((predicate) => predicate(...(args as unknown[])));
}

/** Matches when one does; none is asked after the first yes. False for an empty list. */
export function any<P extends Predicate>(predicates: readonly P[]): (...args: Parameters<P>) => boolean {
  return (...args) => predicates.some((predicate) => predicate(...(args as unknown[])));
}

/** Matches when none does. True for an empty list. */
export function none<P extends Predicate>(predicates: readonly P[]): (...args: Parameters<P>) => boolean {
  return (...args) => !predicates.some((predicate) => predicate(...(args as unknown[])));
}
