import type { JsonObject } from '@kopfts/apiserver';

const size = { type: 'integer', minimum: 0 };

/** The kind that the program in Go works on. */
export const WIDGETS: JsonObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.clients.kopf.dev' },
  spec: {
    group: 'clients.kopf.dev',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', shortNames: ['wdg'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: { type: 'object', properties: { size } },
              status: { type: 'object', properties: { phase: { type: 'string' } } },
            },
          },
        },
      },
    ],
  },
};

export const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
export const WIDGETS_PATH = '/apis/clients.kopf.dev/v1/namespaces/default/widgets';

export function widget(name: string): JsonObject {
  return { apiVersion: 'clients.kopf.dev/v1', kind: 'Widget', metadata: { name }, spec: { size: 1 } };
}
