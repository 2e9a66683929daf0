import { createRegistry, defineConfig, type ObjectBody, type OperatorConfig, type Registry } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { createHarness, customResourceDefinition, type CustomKind, type Harness, type NewObject, type RecordedCall } from '@kopfts/testing';

export const KIND: CustomKind = { group: 'kopf.dev', kind: 'KopfExample' };

export interface WorldOptions extends Partial<Omit<OperatorConfig, 'handlers' | 'plugins'>> {
  readonly seed?: number;
  /** Definition of the kind; default: status subresource, anything goes. */
  readonly kind?: CustomKind;
  readonly objects?: readonly NewObject[];
  readonly plugins?: OperatorConfig['plugins'];
  /** Default: as streams where the server can. */
  readonly initialList?: 'auto' | 'pages';
  /** Default: progress and diff base in annotations. */
  readonly stores?: () => NonNullable<OperatorConfig['plugins']>;
}

/** An operator with these handlers for `KopfExample`, in a world of its own; declared anew in each life of the operator. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- memos of tests are whatever they put in
export function createWorld(declare: (kopf: Registry<any>) => void, options: WorldOptions = {}): Promise<Harness> {
  const { seed, kind, objects, plugins, initialList, stores = () => [annotations()], ...config } = options;
  return createHarness({
    seed,
    crds: [customResourceDefinition({ ...KIND, ...kind })],
    objects,
    config: ({ transport }) => {
      const kopf = createRegistry();
      declare(kopf);
      return defineConfig({
        name: 'test',
        handlers: [kopf],
        ...config,
        plugins: [kubernetes({ transport, initialList }), ...stores(), ...(plugins ?? [])],
      });
    },
  });
}

export function example(name = 'a', more: { readonly [stanza: string]: unknown; readonly metadata?: object } = {}): NewObject {
  const { metadata, ...stanzas } = more;
  return {
    apiVersion: 'kopf.dev/v1',
    kind: 'KopfExample',
    spec: {},
    ...stanzas,
    metadata: { name, namespace: 'default', ...metadata },
  };
}

export const A = { apiVersion: 'kopf.dev/v1', kind: 'KopfExample', metadata: { name: 'a', namespace: 'default' } };

/** `status json`, `main merge`, …: what a request is about. */
export function shape(call: RecordedCall): string {
  const endpoint = call.path.split('?')[0]?.endsWith('/status') ? 'status' : 'main';
  return `${endpoint} ${call.contentType?.includes('json-patch') ? 'json' : 'merge'}`;
}

/** Without the Kubernetes Events that it posts. */
export function patchesOf(world: Pick<Harness, 'writes'>): readonly RecordedCall[] {
  return world.writes().filter(({ method }) => method === 'PATCH');
}

export const LHC = 'test.kopf.zalando.org/last-handled-configuration';
export const FINALIZER = 'test.kopf.zalando.org/finalizer';

/** The essence stored on an object. */
export function storedEssence(object: ObjectBody | undefined): unknown {
  const text = object?.metadata.annotations?.[LHC];
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}

/** Annotations of the operator, the essence and the mark of a Kopf-based operator aside. */
export function progressOf(object: ObjectBody | undefined): Record<string, unknown> {
  const ours = Object.entries(object?.metadata.annotations ?? {}).filter(
    ([key]) => key.startsWith('test.kopf.zalando.org/') && key !== LHC && !key.endsWith('/kopf-managed'),
  );
  return Object.fromEntries(ours.map(([key, text]) => [key.slice('test.kopf.zalando.org/'.length), JSON.parse(text) as unknown]));
}
