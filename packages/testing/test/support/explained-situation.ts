// What situations in which people ask why have in common.
import type { ExplainedRef, ExplanationCode, Plugin } from '@kopfts/core';
import { example } from '../world.js';
import { explainedWorld, type Told } from './explained-world.js';

export interface ExplainedSituation {
  readonly title: string;
  /** Default: the example `a`. */
  readonly ref?: ExplainedRef;
  /** Who is asked about; without, the object itself. */
  readonly handler?: string;
  readonly code: ExplanationCode;
  /** What its sentence says. */
  readonly says: RegExp;
  tell(ref?: ExplainedRef, handler?: string): Promise<Told>;
}

export const forbidden = (message: string) => ({
  kind: 'status' as const,
  code: 403,
  body: JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Forbidden', code: 403, message }),
});
export const otherNamespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } };
export const never = (): Promise<never> => new Promise(() => undefined);
export const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
export const plugin = (name: string, setup: Plugin['setup']): Plugin => ({ name, setup });

/** A world with the example in it, some time later. */
export async function withExample(
  declare: Parameters<typeof explainedWorld>[0],
  {
    object = example(),
    options = {},
    later = 1,
  }: { object?: ReturnType<typeof example>; options?: Parameters<typeof explainedWorld>[1]; later?: number } = {},
) {
  const world = await explainedWorld(declare, options);
  await world.start();
  await world.create(object);
  await world.advance(later);
  return world;
}
