import { annotations, status } from '@kopfts/persistence-annotations';
import type { WorldOptions } from './world.js';

/** Where an operator keeps its memory, and what changes cost then: endpoints, in order. */
export interface StorePlace {
  readonly where: string;
  readonly stores: NonNullable<WorldOptions['stores']>;
  /** A change with results; a change that leaves nothing but the diff base; a retry with a result. */
  readonly results: readonly string[];
  readonly plain: readonly string[];
  readonly retry: readonly string[];
}

export const STORE_PLACES: readonly StorePlace[] = [
  { where: 'annotations', stores: () => [annotations()], results: ['status', 'main'], plain: ['main'], retry: ['main', 'status', 'main'] },
  { where: 'the status', stores: () => [status()], results: ['status'], plain: ['status'], retry: ['status', 'status'] },
  {
    where: 'the status for progress, annotations for the diff base',
    stores: () => [status({ keeps: ['progress'] }), annotations({ keeps: ['diffBase'] })],
    results: ['status', 'main'],
    plain: ['main'],
    retry: ['status', 'status', 'main'],
  },
  {
    where: 'annotations for progress, the status for the diff base',
    stores: () => [annotations({ keeps: ['progress'] }), status({ keeps: ['diffBase'] })],
    results: ['status'],
    plain: ['status'],
    // The purge of the record, then results and diff base: a crash in between repeats the handler.
    retry: ['main', 'main', 'status'],
  },
];
