/** Taken from one history; see `undisturbedOf`. */
export interface Undisturbed {
  /** The most requests of one instance within ten seconds. */
  readonly peakRequests: number;
  /** By object: how often it was created and deleted; `undefined` where that depends on what others did. */
  readonly counts?: Readonly<Record<string, Lifetimes>> | undefined;
}

export interface Lifetimes {
  readonly created: number;
  readonly deleted: number;
}
