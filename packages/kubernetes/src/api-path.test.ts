import type { Resource } from '@kopfts/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectionPath, groupVersionPath, objectPath, withQuery } from './api-path.js';
import { placeOf } from './api/address.js';
import { checkPath } from './transport/request-path.js';

const resource = (group: string): Resource => ({
  group,
  version: 'v1',
  plural: 'widgets',
  kind: 'Widget',
  singular: 'widget',
  shortNames: [],
  categories: [],
  subresources: [],
  namespaced: true,
  preferred: true,
  verbs: [],
});

const named = { resource: resource('x.dev'), namespace: 'ns', name: 'a' };
const core = { ...resource(''), plural: 'pods' };
const wide = { ...resource('x.dev'), namespaced: false };

describe('paths', () => {
  it.each([
    ['the core API', () => groupVersionPath('', 'v1'), '/api/v1'],
    ['another group', () => groupVersionPath('x.dev', 'v1'), '/apis/x.dev/v1'],
    ['a kind everywhere', () => collectionPath({ resource: core, namespace: undefined }), '/api/v1/pods'],
    ['a kind in a namespace', () => collectionPath({ resource: core, namespace: 'ns' }), '/api/v1/namespaces/ns/pods'],
    ['an object', () => objectPath(named), '/apis/x.dev/v1/namespaces/ns/widgets/a'],
    ['a subresource of it', () => objectPath(named, 'status'), '/apis/x.dev/v1/namespaces/ns/widgets/a/status'],
    [
      'an object of the cluster',
      () => objectPath({ ...named, resource: wide, namespace: undefined }, 'status'),
      '/apis/x.dev/v1/widgets/a/status',
    ],
  ])('[S-31] of %s are made of group, version, namespace, plural, name and subresource', (_what, path, expected) => {
    expect(path()).toBe(expected);
  });

  it('[S-32] are refused without the name that they need; what is of the cluster is in no namespace, whatever is said', () => {
    for (const path of [
      () => objectPath({ ...named, name: '' }, 'status'),
      () => objectPath({ ...named, namespace: '' }),
      () => placeOf({ ...named, name: '' }),
    ])
      expect(path).toThrow(expect.objectContaining({ code: 'KOPF_REQUEST_INVALID' }));
    expect(objectPath({ ...named, resource: wide })).toBe('/apis/x.dev/v1/widgets/a');
  });

  it('[SEC10] lead to the named object and nowhere else, whatever its names are, or are refused', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('', '.', '..', '%2e%2e', '../../secrets', '//evil', 'a?b#c', 'a\r\nx: y', '\ud800'),
    );
    fc.assert(
      fc.property(hostile, hostile, hostile, (group, namespace, name) => {
        let path: string;
        try {
          path = withQuery(objectPath({ resource: resource(group), namespace, name }, 'status'), { fieldManager: name });
        } catch (error) {
          expect(error).toMatchObject({ code: 'KOPF_REQUEST_INVALID' });
          return;
        }
        checkPath({ path, method: 'PATCH' });
        const url = new URL(path, 'https://api');
        expect(url.host).toBe('api');
        const steps = [...(group === '' ? ['api'] : ['apis', group]), 'v1', 'namespaces', namespace, 'widgets', name, 'status'];
        expect(url.pathname.split('/').slice(1).map(decodeURIComponent)).toEqual(steps);
      }),
    );
  });

  it.each(['https://evil/x', '//evil/x', 'x', '', '/a b', '/a\r\nx: y', '/ü', '/a/../b', '/a/%2E%2e/b', '/a/..', '/a/.?x=..', '/a#b'])(
    '[SEC10] that are none of the server are refused: %j',
    (path) => {
      expect(() => checkPath({ path, method: 'GET' })).toThrow(expect.objectContaining({ code: 'KOPF_REQUEST_INVALID' }));
    },
  );
});
