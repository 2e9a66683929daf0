import type { JsonObject } from '@kopfts/core';

export interface CustomKind {
  readonly group: string;
  readonly kind: string;
  /** Default: the kind in lower case and an `s`. */
  readonly plural?: string | undefined;
  /** Default `v1`. */
  readonly version?: string | undefined;
  /** Default `Namespaced`. */
  readonly scope?: 'Namespaced' | 'Cluster' | undefined;
  /** An endpoint of its own for the status; default true. */
  readonly status?: boolean | undefined;
  /** Of the whole object; default: any `spec` and `status`. */
  readonly schema?: JsonObject | undefined;
}

const ANYTHING: JsonObject = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** The definition of a kind for tests: what it does not say is open. */
export function customResourceDefinition(of: CustomKind): JsonObject {
  const plural = of.plural ?? `${of.kind.toLowerCase()}s`;
  const schema = of.schema ?? { type: 'object', properties: { spec: ANYTHING, status: ANYTHING } };
  const version = {
    name: of.version ?? 'v1',
    served: true,
    storage: true,
    schema: { openAPIV3Schema: schema },
    ...(of.status === false ? {} : { subresources: { status: {} } }),
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${of.group}` },
    spec: {
      group: of.group,
      scope: of.scope ?? 'Namespaced',
      names: { plural, singular: of.kind.toLowerCase(), kind: of.kind, listKind: `${of.kind}List` },
      versions: [version],
    },
  };
}
