import { describe, expect, it } from 'vitest';
import { found, historyBuilder, model } from './history-builder.js';
import type { GrantedRule } from './granted-rule.js';
import { privilege, rightOf, unusedRights } from './privilege.js';

const rights: readonly GrantedRule[] = [
  { apiGroups: ['kopf.dev'], resources: ['kopfexamples'], verbs: ['list', 'patch'] },
  { apiGroups: ['kopf.dev'], resources: ['kopfexamples/status'], verbs: ['patch'], namespace: 'one' },
];
const judged = model([], { rights });
const KIND = '/apis/kopf.dev/v1/kopfexamples';
const OBJECT = '/apis/kopf.dev/v1/namespaces/one/kopfexamples/a';

describe('the right that a request needs', () => {
  it.each([
    ['GET', '/api/v1/pods', { verb: 'list', group: '', resource: 'pods' }],
    ['GET', '/api/v1/pods?limit=1&watch=true', { verb: 'watch', group: '', resource: 'pods' }],
    ['GET', '/api/v1/namespaces', { verb: 'list', group: '', resource: 'namespaces' }],
    ['GET', '/api/v1/namespaces/one', { verb: 'get', group: '', resource: 'namespaces' }],
    ['PUT', '/api/v1/namespaces/one/finalize', { verb: 'update', group: '', resource: 'namespaces/finalize' }],
    ['POST', '/apis/apps/v1/namespaces/one/deployments', { verb: 'create', group: 'apps', resource: 'deployments', namespace: 'one' }],
    ['PATCH', `${OBJECT}/status`, { verb: 'patch', group: 'kopf.dev', resource: 'kopfexamples/status', namespace: 'one' }],
    ['DELETE', OBJECT, { verb: 'delete', group: 'kopf.dev', resource: 'kopfexamples', namespace: 'one' }],
    ['DELETE', KIND, { verb: 'deletecollection', group: 'kopf.dev', resource: 'kopfexamples' }],
  ])('of %s %s is told by its address', (method, path, right) => {
    expect(rightOf({ method, path })).toEqual({ namespace: undefined, ...right });
  });

  it.each(['/api', '/apis', '/apis/kopf.dev/v1', '/version'])('of %s is nobody’s', (path) => {
    expect(rightOf({ method: 'GET', path })).toBeUndefined();
  });
});

describe('rights', () => {
  it('[S18] suffice for what is asked', () => {
    const h = historyBuilder();
    h.call(undefined, { method: 'GET', path: '/apis' });
    h.call(undefined, { method: 'GET', path: KIND });
    h.call('u1', { method: 'PATCH', path: OBJECT });
    h.call('u1', { method: 'PATCH', path: `${OBJECT}/status` });
    expect(found(privilege, h, judged)).toEqual([]);
    expect(unusedRights(h.history, rights)).toEqual([]);
  });

  it('[S18] that are missing are named where they are first needed: another verb, resource, subresource, namespace', () => {
    const h = historyBuilder();
    h.call(undefined, { method: 'GET', path: `${KIND}?watch=1` });
    h.call('u1', { method: 'PATCH', path: `${OBJECT.replace('one', 'two')}/status` });
    h.call('u1', { method: 'PATCH', path: `${OBJECT}/scale` });
    h.call('u1', { method: 'GET', path: '/api/v1/namespaces/one/secrets/s' });
    h.call('u1', { method: 'GET', path: '/api/v1/namespaces/one/secrets/s' });
    expect(found(privilege, h, judged)).toEqual([
      "0: operator#1 needs 'watch kopf.dev/kopfexamples', which no rule grants",
      "1: operator#1 needs 'patch kopf.dev/kopfexamples/status in two', which no rule grants",
      "2: operator#1 needs 'patch kopf.dev/kopfexamples/scale in one', which no rule grants",
      "3: operator#1 needs 'get secrets in one', which no rule grants",
    ]);
    expect(found(privilege, h)).toEqual([]);
  });

  it('[S18] that nobody used are named', () => {
    const h = historyBuilder();
    h.call('u1', { method: 'PATCH', path: OBJECT });
    expect(unusedRights(h.history, rights)).toEqual(['list kopf.dev/kopfexamples', 'patch kopf.dev/kopfexamples/status in one']);
  });
});
