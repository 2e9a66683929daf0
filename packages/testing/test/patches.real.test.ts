import { createRecordingFactSink, createRegistry, defineConfig, startOperator, type RecordingFactSink, type Registry } from '@kopfts/core';
import { kubernetes, type WireRequest } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { customResourceDefinition } from '@kopfts/testing';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { define, undefine } from '../../../tools/kube-apiserver/definitions.js';
import { kubectl, PATIENCE, transportWith } from './real-cluster.js';

const OPEN = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } as const;
const KIND = {
  group: 'patches.kopf.dev',
  kind: 'Patched',
  plural: 'patched',
  schema: {
    type: 'object',
    properties: {
      spec: {
        ...OPEN,
        properties: { n: { type: 'integer', format: 'int64' }, hosts: { type: 'array', items: { type: 'string', maxLength: 5 } } },
      },
      status: { type: 'object', properties: { size: { type: 'integer' }, good: OPEN, conditions: { type: 'array', items: OPEN } } },
    },
  },
} as const;
const TYPE = 'patched.patches.kopf.dev';
const anyTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]+Z$/) as string;
const LHC = 'patches.kopf.zalando.org/last-handled-configuration';

interface Found {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: unknown;
}

interface Running {
  /** `status json`, `main merge`, …: the writes so far. */
  readonly writes: string[];
  readonly facts: RecordingFactSink;
  create(spec: string): Promise<void>;
  patch(patch: string): Promise<void>;
  /** The object as the server writes it. */
  text(): Promise<string>;
  get(): Promise<Found>;
  /** When the essence is stored. */
  handled(essence?: string): Promise<Found>;
  end(): Promise<void>;
}

async function run(namespace: string, declare: (kopf: Registry) => void): Promise<Running> {
  await kubectl(['create', 'namespace', namespace]);
  const writes: string[] = [];
  const transport = transportWith((request: WireRequest) => {
    const { path, contentType = '' } = request;
    if (request.method === 'PATCH') {
      writes.push(
        `${path.split('?')[0]?.endsWith('/status') ? 'status' : 'main'} ${contentType.includes('json-patch') ? 'json' : 'merge'}`,
      );
    }
    return Promise.resolve();
  });
  const kopf = createRegistry();
  declare(kopf);
  const facts = createRecordingFactSink();
  const config = defineConfig({
    name: 'patches',
    handlers: [kopf],
    namespaces: [namespace],
    plugins: [kubernetes({ transport }), annotations()],
  });
  const operator = await startOperator(config, { factSinks: [facts] });
  await operator.ready;
  const text = (): Promise<string> => kubectl(['get', '--raw', `/apis/patches.kopf.dev/v1/namespaces/${namespace}/patched/a`]);
  const get = async (): Promise<Found> => JSON.parse(await text()) as Found;
  return {
    writes,
    facts,
    create: async (spec) => {
      const meta = `{"name":"a","namespace":"${namespace}"}`;
      await kubectl(['create', '-f', '-'], `{"apiVersion":"patches.kopf.dev/v1","kind":"Patched","metadata":${meta},"spec":${spec}}`);
    },
    patch: async (patch) => {
      await kubectl(['patch', '-n', namespace, TYPE, 'a', '--type=merge', '-p', patch]);
    },
    text,
    get,
    handled: (essence) =>
      vi.waitFor(async () => {
        const found = await get();
        const stored = found.metadata.annotations?.[LHC]?.trim();
        expect(stored).toEqual(essence ?? expect.any(String));
        return found;
      }, PATIENCE),
    end: async () => {
      await operator.stop();
      await transport.close();
    },
  };
}

describe('patches on a real kube-apiserver', () => {
  const definition = customResourceDefinition(KIND);
  beforeAll(() => define(inject('controlPlane'), definition));
  afterAll(() => undefine(inject('controlPlane'), definition));

  it('[C5] ends invalid results and functions as permanent failures of those who made them, once', async () => {
    const calls: string[] = [];
    const run1 = await run('patches-invalid', (kopf) => {
      kopf.on.create(TYPE, { id: 'good' }, () => (calls.push('good'), { ok: true }));
      kopf.on.create(TYPE, { id: 'bad' }, ({ patch }) => {
        calls.push('bad');
        patch.status.size = 'large';
      });
      kopf.on.create(TYPE, { id: 'worse' }, ({ patch }) => {
        calls.push('worse');
        patch.fns.push((body) => void (body.spec.hosts = ['much too long']));
      });
    });
    try {
      await run1.create('{"hosts":["a"]}');
      const found = await run1.handled('{"spec":{"hosts":["a"]}}');
      const condition = { type: 'HandlerResultsAccepted', status: 'False', reason: 'InvalidResult', observedGeneration: 1 };
      const told = expect.stringMatching(/^What 'worse' returned was refused and is dropped: .*spec\.hosts/) as string;
      expect(found.status).toEqual({ good: { ok: true }, conditions: [{ ...condition, message: told, lastTransitionTime: anyTime }] });
      expect(Object.keys(found.metadata.annotations ?? {}).filter((key) => !key.endsWith('/kopf-managed'))).toEqual([LHC]);
      expect(calls).toEqual(['good', 'bad', 'worse']);
      const dropped = run1.facts.facts.flatMap((fact) => (fact.kind === 'result-dropped' ? [fact.handler] : []));
      expect(dropped).toEqual(['bad', 'worse']);
      expect(run1.writes).toEqual(['status json', 'status json', 'main json', 'status json', 'main json']);
    } finally {
      await run1.end();
    }
  });

  it('tests what functions replace in the way that the server compares: text with every kind of character, fractions, null', async () => {
    const text = 'a<b>&"\\\u2028é\u{1F600}/~\u007f';
    const run1 = await run('patches-tests', (kopf) => {
      kopf.on.create(TYPE, { id: 'made' }, ({ patch }) => {
        patch.fns.push((body) => {
          body.spec.text = 'new';
          body.spec.deep = { ...body.spec.deep, gone: undefined };
          body.spec.list[1] = 0.5;
          body.spec.fraction = 1;
        });
      });
    });
    try {
      const spec = { text, deep: { gone: [text, { [text]: 1e-7 }], kept: 1.5 }, list: [text, 12345.678, { a: 1e21 }], fraction: 0.1 };
      await run1.create(JSON.stringify(spec));
      await run1.handled();
      expect((await run1.get()).spec).toEqual({ text: 'new', deep: { kept: 1.5 }, list: [text, 0.5, { a: 1e21 }], fraction: 1 });
      expect(run1.writes).toEqual(['main json']);
    } finally {
      await run1.end();
    }
  });

  it('[ST-46] keeps whole numbers beyond 2^53, and sees when they change', async () => {
    const seen: unknown[] = [];
    const run1 = await run('patches-numbers', (kopf) => {
      kopf.on.create(TYPE, { id: 'made' }, ({ spec, patch }) => {
        seen.push(spec.n);
        patch.fns.push((body) => void (body.spec.list[0].x = 2));
        return undefined;
      });
      kopf.on.update(TYPE, { id: 'changed' }, ({ diff }) => void seen.push(diff.map(({ field }) => field.join('.'))));
    });
    try {
      await run1.create('{"list":[{"id":9007199254740993,"x":1}],"n":9007199254740993}');
      await run1.handled('{"spec":{"list":[{"id":9007199254740993,"x":2}],"n":9007199254740993}}');
      expect(await run1.text()).toContain('"spec":{"list":[{"id":9007199254740993,"x":2}],"n":9007199254740993}');
      await run1.patch('{"spec":{"n":9007199254740994}}');
      await run1.handled('{"spec":{"list":[{"id":9007199254740993,"x":2}],"n":9007199254740994}}');
      await run1.patch('{"spec":{"n":9007199254740992}}');
      await run1.handled('{"spec":{"list":[{"id":9007199254740993,"x":2}],"n":9007199254740992}}');
      // The change of its own function is one that somebody handles.
      expect(seen).toEqual([9007199254740992, ['spec.list'], ['spec.n'], ['spec.n']]);
    } finally {
      await run1.end();
    }
  });

  it('[PA-30] tells of pruned results once, and writes them once', async () => {
    const run1 = await run('patches-pruned', (kopf) => void kopf.on.create(TYPE, { id: 'made' }, () => ({ ok: true })));
    try {
      await run1.create('{}');
      await run1.handled();
      const told = run1.facts.facts.flatMap((fact) => (fact.kind === 'fields-not-kept' ? [fact.fields] : []));
      expect(told).toEqual([[{ field: 'status.made', found: 'pruned' }]]);
      expect(run1.writes).toEqual(['status json', 'main json']);
    } finally {
      await run1.end();
    }
  });
});
