import type { Selector } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { createDiscoveryMemory, type DiscoveryMemory } from '../src/discovery-memory.js';
import { discover } from '../src/discovery.js';
import { createScriptedTransport, type PendingRequest } from './support/scripted-transport.js';

const named = (name: string, group?: string): Selector => ({ by: 'name', name, group, version: undefined });

const aggregated = (group: string) => ({
  kind: 'APIGroupDiscoveryList',
  items: [
    {
      metadata: group === '' ? {} : { name: group },
      versions: ['v2', 'v1'].map((version) => ({
        version,
        resources: [
          {
            resource: 'examples',
            responseKind: { group, version, kind: 'Example' },
            scope: 'Namespaced',
            singularResource: 'example',
            shortNames: ['ex'],
            categories: ['all'],
            verbs: ['list', 'watch', 'patch'],
            subresources: [{ subresource: 'status', responseKind: {}, verbs: ['patch'] }],
          },
        ],
      })),
    },
  ],
});
const found = (group: string, version: string, preferred: boolean) => ({
  group,
  version,
  plural: 'examples',
  kind: 'Example',
  singular: 'example',
  shortNames: ['ex'],
  categories: ['all'],
  subresources: ['status'],
  namespaced: true,
  preferred,
  verbs: ['list', 'watch', 'patch'],
});
const classic = {
  kind: 'APIResourceList',
  resources: [
    {
      name: 'examples',
      singularName: '',
      kind: 'Example',
      namespaced: true,
      shortNames: ['ex'],
      categories: ['all'],
      verbs: ['list', 'watch', 'patch'],
    },
    { name: 'examples/status', kind: 'Example', namespaced: true, verbs: ['patch'] },
  ],
};
const groups = (...names: string[]) => ({
  kind: 'APIGroupList',
  groups: names.map((name) => ({ name, versions: [{ version: 'v2' }, { version: 'v1' }], preferredVersion: { version: 'v2' } })),
});

/** Discovers with a server that knows these documents; gives what was found, and what was asked. */
async function run(
  selectors: readonly Selector[],
  documents: Readonly<Record<string, unknown>>,
  memory: DiscoveryMemory = createDiscoveryMemory(),
) {
  const server = createScriptedTransport();
  const asked: PendingRequest[] = [];
  const progress = { isDone: false };
  const result = discover(selectors, { transport: server, memory }, new AbortController().signal).finally(() => (progress.isDone = true));
  result.catch(() => undefined);
  while (!progress.isDone) {
    await new Promise((resolve) => setImmediate(resolve));
    while (server.waiting > 0) {
      const request = await server.next();
      asked.push(request);
      const document = documents[request.path];
      if (document === undefined) request.reply(404, '404 page not found');
      else if (typeof document === 'number') request.reply(document, 'x');
      else request.reply(200, document);
    }
  }
  return { resources: (await result).resources, asked: asked.map(({ path }) => path).sort(), accept: asked[0]?.accept };
}

describe('discovery', () => {
  it('[S-30] describes kinds from one aggregated answer per root', async () => {
    const { resources, asked, accept } = await run([named('examples')], { '/api': aggregated(''), '/apis': aggregated('x.dev') });
    expect(asked).toEqual(['/api', '/apis']);
    expect(accept).toContain('g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList');
    expect(resources).toEqual([found('', 'v2', true), found('', 'v1', true), found('x.dev', 'v2', true), found('x.dev', 'v1', false)]);
  });

  it('[S-30] [D-01] [D-05] describes the same kinds from classic documents', async () => {
    const { resources, asked } = await run([named('examples')], {
      '/api': { kind: 'APIVersions', versions: ['v1'] },
      '/api/v1': classic,
      '/apis': groups('x.dev'),
      '/apis/x.dev/v2': classic,
      '/apis/x.dev/v1': classic,
    });
    expect(asked).toEqual(['/api', '/api/v1', '/apis', '/apis/x.dev/v1', '/apis/x.dev/v2']);
    expect(resources).toEqual([found('', 'v1', true), found('x.dev', 'v2', true), found('x.dev', 'v1', false)]);
  });

  it('[D-03] prefers all versions of the core API, and of a group the one that the server prefers, wherever that stands', async () => {
    const preferred = async (documents: Readonly<Record<string, unknown>>) =>
      (await run([named('examples')], documents)).resources.map((one) => `${one.group}/${one.version} ${String(one.preferred)}`);
    const versions = [{ version: 'v1' }, { version: 'v2' }];
    expect(
      await preferred({
        '/api': { versions: ['v1', 'v9'] },
        '/api/v1': classic,
        '/api/v9': classic,
        '/apis': { groups: [{ name: 'x.dev', versions, preferredVersion: { version: 'v2' } }] },
        '/apis/x.dev/v1': classic,
        '/apis/x.dev/v2': classic,
      }),
    ).toEqual(['/v1 true', '/v9 true', 'x.dev/v1 false', 'x.dev/v2 true']);
    expect(await preferred({ '/api': aggregated(''), '/apis': aggregated('x.dev') })).toEqual([
      '/v2 true',
      '/v1 true',
      'x.dev/v2 true',
      'x.dev/v1 false',
    ]);
  });

  it.each([
    { when: 'all selectors name it', selectors: [named('examples', 'x.dev')], asked: ['/apis', '/apis/x.dev/v1', '/apis/x.dev/v2'] },
    { when: 'only the core API is meant', selectors: [named('pods', '')], asked: ['/api', '/api/v1'] },
  ])('[D-02] asks for a group alone when $when', async ({ selectors, asked }) => {
    const documents = {
      '/api': { versions: ['v1'] },
      '/api/v1': classic,
      '/apis': groups('x.dev', 'y.dev'),
      '/apis/x.dev/v2': classic,
      '/apis/x.dev/v1': classic,
    };
    expect((await run(selectors, documents)).asked).toEqual(asked);
  });

  it('[D-02] gives only the wanted groups of an aggregated answer', async () => {
    const { resources } = await run([named('examples', 'x.dev')], {
      '/apis': { kind: 'APIGroupDiscoveryList', items: [...aggregated('x.dev').items, ...aggregated('y.dev').items] },
    });
    expect(new Set(resources.map(({ group }) => group))).toEqual(new Set(['x.dev']));
  });

  it('[D-04] takes a group that was removed just now for empty, and anything else for an error', async () => {
    const documents = { '/apis': groups('x.dev'), '/apis/x.dev/v1': classic };
    expect((await run([named('examples', 'x.dev')], documents)).resources).toEqual([found('x.dev', 'v1', false)]);
    await expect(run([named('examples', 'x.dev')], { ...documents, '/apis/x.dev/v2': 403 })).rejects.toMatchObject({
      code: 'KOPF_FORBIDDEN',
    });
    await expect(run([named('examples', 'x.dev')], { '/apis': '<html>' })).rejects.toMatchObject({ code: 'KOPF_REQUEST_FAILED' });
  });

  it.each(
    (['/api', '/apis'] as const).flatMap((root) => [
      { root, status: 404, code: 'KOPF_REQUEST_FAILED' },
      { root, status: 403, code: 'KOPF_FORBIDDEN' },
      { root, status: 500, code: 'KOPF_REQUEST_FAILED' },
    ]),
  )('[C1] takes $root that is answered with $status for a mistake on the way, not for an empty cluster', async ({ root, status, code }) => {
    const documents = { '/api': aggregated(''), '/apis': aggregated('x.dev'), [root]: status };
    await expect(run([named('examples')], documents)).rejects.toMatchObject({ code, context: { status } });
  });

  /** Whether the last look was incomplete. */
  const isIncomplete = (memory: DiscoveryMemory): boolean => {
    let heard = false;
    memory.listen((incomplete) => (heard = incomplete))();
    return heard;
  };

  it.each([503, 500, 429])('[H7, B-26] takes a group whose server is down (%i) as it was, and serves the others', async (status) => {
    const memory = createDiscoveryMemory();
    const selectors = [named('examples', 'x.dev'), named('examples', 'down.dev')];
    const documents = {
      '/apis': {
        groups: ['x.dev', 'down.dev'].map((name) => ({ name, versions: [{ version: 'v1' }], preferredVersion: { version: 'v1' } })),
      },
      '/apis/x.dev/v1': classic,
      '/apis/down.dev/v1': classic,
    };
    const broken = { ...documents, '/apis/down.dev/v1': status };
    const seen = [];
    for (const served of [broken, documents, broken]) {
      const { resources } = await run(selectors, served, memory);
      seen.push([resources.map(({ group }) => group), isIncomplete(memory)]);
    }
    expect(seen).toEqual([
      [['x.dev'], true],
      [['x.dev', 'down.dev'], false],
      [['x.dev', 'down.dev'], true],
    ]);
  });

  it('[H7] takes a group that is stale in an aggregated answer as it was, and as gone what is not in the answer', async () => {
    const memory = createDiscoveryMemory();
    const stale = {
      ...aggregated('x.dev'),
      items: [{ metadata: { name: 'x.dev' }, versions: [{ version: 'v2', freshness: 'Stale', resources: [] }] }],
    };
    const selectors = [named('examples', 'x.dev')];
    const seen = [];
    for (const document of [aggregated('x.dev'), stale, { ...stale, items: [] }]) {
      const { resources } = await run(selectors, { '/apis': document }, memory);
      seen.push([resources.map(({ version }) => version), isIncomplete(memory)]);
    }
    expect(seen).toEqual([
      [['v2', 'v1'], false],
      [['v2'], true],
      [[], false],
    ]);
  });
});
