import type { ObjectRef } from '@kopfts/core';
import type { Entry } from './entry.js';

/** The part of an entry that one store writes. */
export interface PartChange {
  /** The version that the write is based on. */
  readonly on: string;
  readonly version: string;
  readonly text: string;
  /** What is there when it was done. */
  readonly entry: Partial<Entry>;
}

/** What a plan of a store of ours wants to be written. */
export interface EntryChange {
  readonly object: ObjectRef;
  readonly earlier: readonly string[];
  readonly progress?: PartChange | undefined;
  readonly essence?: PartChange | undefined;
  /** What the essence is of, or newer; absent: not known. */
  readonly objectVersion?: string | undefined;
  readonly memo?: PartChange | undefined;
}
