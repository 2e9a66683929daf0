/** The kind of the objects that tests of the command line are about. Default: whatever fields, no endpoint of the status. */
export function definitionOfThings({ schema = OPEN, hasStatus = false }: { readonly schema?: object; readonly hasStatus?: boolean } = {}) {
  const subresources = hasStatus ? { subresources: { status: {} } } : {};
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'things.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { kind: 'Thing', plural: 'things', singular: 'thing', listKind: 'ThingList' },
      versions: [{ name: 'v1', served: true, storage: true, ...subresources, schema: { openAPIV3Schema: schema } }],
    },
  };
}

const OPEN = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
