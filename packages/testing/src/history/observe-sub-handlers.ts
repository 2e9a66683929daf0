import type { SubHandling } from '@kopfts/core';

type AnyFunction = (...args: never[]) => unknown;
/** Gives the function that is called instead, for a sub-handler of this full id. */
type Observe = (id: string, fn: AnyFunction) => unknown;

/**
 * What a handler declares its sub-handlers with, so that these are observed, too, under their full ids: in the functions that the user gave.
 * Ids, and "one function, one sub-handler", stay; what is no function is left to the engine to refuse.
 */
export function observeSubHandling(parent: string, { register, execute }: SubHandling, observe: Observe): SubHandling {
  const known = new Map<unknown, Map<string, unknown>>();
  const observed = (own: string, fn: unknown): never => {
    if (typeof fn !== 'function') return fn as never;
    const byId = known.get(fn) ?? new Map<string, unknown>();
    const made = byId.get(own) ?? observe(`${parent}/${own}`, fn as AnyFunction);
    known.set(fn, byId.set(own, made));
    return made as never;
  };
  return {
    register: (fn, options) => {
      const id = options?.id ?? nameOf(fn);
      register(observed(id, fn), { ...options, id });
      return fn;
    },
    execute: (functions, options) => {
      if (typeof functions !== 'object') return execute(functions, options);
      const entries = Symbol.iterator in functions ? [...functions].map((fn) => [nameOf(fn), fn] as const) : Object.entries(functions);
      return execute(Object.fromEntries(entries.map(([id, fn]) => [id, observed(id, fn)])), options);
    },
  };
}

function nameOf(fn: unknown): string {
  return typeof fn === 'function' ? fn.name.replace(/^(?:bound )+/, '') : '';
}
