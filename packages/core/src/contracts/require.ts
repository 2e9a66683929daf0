import { type Json, jsonEqual } from '../model/json.js';
import { ContractViolation } from './contract-case.js';

/** Demands a condition. */
export function requireThat(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new ContractViolation(otherwise);
}

/** Demands equality by value; the order of keys does not matter, `undefined` equals absence. */
export function requireEqual(actual: unknown, expected: unknown, what: string): void {
  if (!jsonEqual(actual as Json | undefined, expected as Json | undefined)) {
    throw new ContractViolation(`${what}: expected ${show(expected)}, got ${show(actual)}`);
  }
}

/** What a promise rejects with, `undefined` if it resolves. Never rejects itself, so it may be awaited late. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
