import type { Resource } from '@kopfts/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { objectPath, withQuery } from './api-path.js';
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

describe('paths', () => {
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
