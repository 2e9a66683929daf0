import type { HandlerId } from '../model/ids.js';
import type { SeenObject } from '../model/object.js';
import type { ProgressRecord } from '../model/progress-record.js';

/** What indexing holds of one object. */
export interface SlotIndexing {
  /** Of index functions that failed for good or wait, by index; success forgets them (spec I-13). */
  readonly records: Map<HandlerId, ProgressRecord>;
  /** Resolves when everything that arrived was indexed; never rejects. */
  running: Promise<void> | undefined;
  /** The state to be indexed next. Only the newest counts: an index says how things are. */
  next: SeenObject | undefined;
}
