import type { Resource } from '../kind/resource.js';

/** One write, as far as ownership goes. */
export interface OwnedWrite {
  readonly resource: Resource;
  /** `''` for the main endpoint. */
  readonly subresource: string;
  /** Who writes; `''` when nobody said. */
  readonly manager: string;
}

export interface ApplyWrite extends OwnedWrite {
  /** Take fields from others. */
  readonly force: boolean;
}
