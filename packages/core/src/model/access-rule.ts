/** What somebody may do, as Kubernetes says it; `*` is everything. */
export interface AccessRule {
  readonly verbs: readonly string[];
  readonly groups: readonly string[];
  /** Plurals, with subresources as `things/status`. */
  readonly resources: readonly string[];
  /** Only objects of these names; empty: all. */
  readonly names: readonly string[];
}

/** All that one may do in one namespace. */
export interface AccessRules {
  readonly rules: readonly AccessRule[];
  /** False: who decides could not list everything, so that what is not there may be allowed. */
  readonly isComplete: boolean;
}
