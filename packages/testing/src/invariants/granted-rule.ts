/** A rule of a Role or ClusterRole, as it stands in its manifest. `*` is not read: rules are to be tight. */
export interface GrantedRule {
  readonly apiGroups: readonly string[];
  /** `plural` or `plural/subresource`. */
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** Default: everywhere, as in a ClusterRole. */
  readonly namespace?: string | undefined;
}
