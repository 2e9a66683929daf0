import { customResourceDefinition } from '@kopfts/testing';
import type { TwinKind } from './scenario.js';

export const GROUP = 'twins.kopf.dev';

const KINDS: Readonly<Record<TwinKind, { readonly kind: string; readonly definition: object }>> = {
  twins: open({}),
  plaintwins: open({ kind: 'PlainTwin', status: false }),
  prunedtwins: open({
    kind: 'PrunedTwin',
    schema: {
      type: 'object',
      properties: {
        spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        status: { type: 'object', properties: { known: { type: 'string' } } },
      },
    },
  }),
};

function open(of: {
  readonly kind?: string;
  readonly status?: boolean;
  readonly schema?: Parameters<typeof customResourceDefinition>[0]['schema'];
}): {
  readonly kind: string;
  readonly definition: object;
} {
  const kind = of.kind ?? 'Twin';
  return { kind, definition: customResourceDefinition({ group: GROUP, ...of, kind }) };
}

export const kindOf = (plural: TwinKind): string => KINDS[plural].kind;
export const definitions: readonly (readonly [plural: string, definition: object])[] = Object.entries(KINDS).map(
  ([plural, { definition }]) => [plural, definition],
);
