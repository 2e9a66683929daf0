// Roles, bindings and reviews, by an administrator and by a user who may write roles and holds little else.

import type { Json } from '../conformance/case.js';
import type { Dice } from './dice.js';
import type { FuzzRequest } from './request.js';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const AUTHORIZATION = '/apis/authorization.k8s.io/v1';
const GROUP = 'rbac.authorization.k8s.io';
const NAMES = ['a', 'b', 'c'];
const MERGE = 'application/merge-patch+json';

interface Where {
  readonly dice: Dice;
  readonly ns: string;
  /** The user who is not an administrator: everybody else has other users. */
  readonly user: string;
}

export function accessEpisode(dice: Dice, { ns, length }: { readonly ns: string; readonly length: number }): readonly FuzzRequest[] {
  const where = { dice, ns, user: `u-${ns}` };
  const rest = Array.from({ length: length - 2 }, () => generate(where));
  return [holds(where), isBound(where), ...rest];
}

const write = (where: Where, plural: string, request: Partial<FuzzRequest> & { readonly content?: Json }): FuzzRequest => {
  const { content, ...rest } = request;
  const body = content === undefined ? {} : { body: JSON.stringify(content) };
  return {
    method: 'POST',
    verb: 'create',
    path: `${RBAC}/namespaces/${where.ns}/${plural}`,
    resource: plural,
    headers: JSON_TYPE,
    body: undefined,
    settles: 'access',
    ...body,
    ...rest,
  };
};
const JSON_TYPE = { 'content-type': 'application/json' };

function holds(where: Where): FuzzRequest {
  const writer = { apiGroups: [GROUP], resources: ['roles', 'rolebindings'], verbs: ['create', 'update', 'patch', 'get', 'delete'] };
  const { dice } = where;
  const special = dice.chance(0.3)
    ? [{ apiGroups: [GROUP], resources: ['roles'], verbs: [dice.pick(['bind', 'escalate'])], resourceNames: ['a'] }]
    : [];
  return write(where, 'roles', { content: { metadata: { name: 'writer' }, rules: [writer, ...special, rule(dice), rule(dice)] } });
}

function isBound(where: Where): FuzzRequest {
  const roleRef = { kind: 'Role', name: 'writer', apiGroup: GROUP };
  return write(where, 'rolebindings', {
    content: { metadata: { name: 'writer' }, subjects: [{ kind: 'User', name: where.user, apiGroup: GROUP }], roleRef },
  });
}

function some<T>(dice: Dice, from: readonly T[]): readonly T[] {
  const first = dice.pick(from);
  return dice.chance(0.3) ? [...new Set([first, dice.pick(from)])] : [first];
}

function rule(dice: Dice): Json {
  return {
    apiGroups: dice.weighted<Json>([
      [6, some(dice, ['', 'apps', '*'])],
      [1, []],
    ]),
    resources: some(dice, ['pods', 'configmaps', 'pods/status', '*/status', '*', 'deployments']),
    verbs: some(dice, ['get', 'list', 'create', 'delete', '*']),
    ...(dice.chance(0.3) ? { resourceNames: some(dice, ['a', 'b']) } : {}),
    ...(dice.chance(0.05) ? { nonResourceURLs: ['/healthz'] } : {}),
  };
}

function generate(where: Where): FuzzRequest {
  const { dice } = where;
  return dice.weighted<(where: Where) => FuzzRequest>([
    [5, writeRole],
    [5, writeBinding],
    [2, removeSomething],
    [5, review],
    [2, selfReview],
    [1, rulesReview],
    [4, act],
  ])(where);
}

/** As whom a request is made: the administrator acts for others. */
function as({ dice, user }: Where): Readonly<Record<string, string>> {
  return dice.chance(0.5) ? { ...JSON_TYPE, 'impersonate-user': user } : JSON_TYPE;
}

function written(where: Where, plural: string, content: (name: string) => Json): FuzzRequest {
  const { dice, ns } = where;
  const name = dice.pick(NAMES);
  const path = `${RBAC}/namespaces/${ns}/${plural}`;
  return dice.weighted<() => FuzzRequest>([
    [4, () => write(where, plural, { headers: as(where), content: content(name) })],
    [2, () => write(where, plural, { verb: 'update', method: 'PUT', path: `${path}/${name}`, headers: as(where), content: content(name) })],
    [
      2,
      () =>
        write(where, plural, {
          verb: 'patch',
          method: 'PATCH',
          path: `${path}/${name}`,
          headers: { ...as(where), 'content-type': MERGE },
          content: content(name),
        }),
    ],
    [
      1,
      () =>
        write(where, plural, {
          verb: 'patch',
          method: 'PATCH',
          path: `${path}/${name}`,
          headers: { ...as(where), 'content-type': MERGE },
          content: { metadata: { labels: { a: 'b' } } },
        }),
    ],
  ])();
}

function writeRole(where: Where): FuzzRequest {
  const { dice } = where;
  const rules = Array.from({ length: dice.pick([0, 1, 1, 2]) }, () => rule(dice));
  return written(where, 'roles', (name) => ({ metadata: { name }, rules }));
}

function writeBinding(where: Where): FuzzRequest {
  const { dice, ns, user } = where;
  const subject = dice.pick<Json>([
    { kind: 'User', name: user, apiGroup: GROUP },
    { kind: 'User', name: `v-${ns}` },
    { kind: 'Group', name: `g-${ns}`, apiGroup: GROUP },
    { kind: 'ServiceAccount', name: 'default', namespace: ns },
    { kind: 'ServiceAccount', name: 'default' },
    { kind: 'Odd', name: 'x' },
  ]);
  const roleRef = dice.pick<Json>([
    { kind: 'Role', name: dice.pick(NAMES), apiGroup: GROUP },
    { kind: 'Role', name: dice.pick(NAMES), apiGroup: GROUP },
    { kind: 'Role', name: 'none' },
    { kind: 'ClusterRole', name: 'no-such-role', apiGroup: GROUP },
    { kind: 'Odd', name: 'a', apiGroup: GROUP },
  ]);
  return written(where, 'rolebindings', (name) => ({ metadata: { name }, subjects: [subject], roleRef }));
}

function removeSomething(where: Where): FuzzRequest {
  const plural = where.dice.pick(['roles', 'rolebindings']);
  const path = `${RBAC}/namespaces/${where.ns}/${plural}/${where.dice.pick(NAMES)}`;
  return write(where, plural, { verb: 'delete', method: 'DELETE', path, headers: as(where) });
}

function asked(dice: Dice, ns: string): Json {
  if (dice.chance(0.1)) return { nonResourceAttributes: { path: dice.pick(['/healthz', '/metrics']), verb: 'get' } };
  const attributes = {
    namespace: dice.pick([ns, ns, ns, '']),
    verb: dice.pick(['get', 'list', 'create', 'delete', '*', '']),
    group: dice.pick(['', 'apps', GROUP, '*']),
    resource: dice.pick(['pods', 'configmaps', 'deployments', 'roles', '*']),
    ...(dice.chance(0.3) ? { name: dice.pick(NAMES) } : {}),
    ...(dice.chance(0.2) ? { subresource: 'status' } : {}),
  };
  return { resourceAttributes: attributes, ...(dice.chance(0.03) ? { nonResourceAttributes: { path: '/', verb: 'get' } } : {}) };
}

const question = (plural: string, spec: Json, more: Partial<FuzzRequest> = {}): FuzzRequest => ({
  method: 'POST',
  path: `${AUTHORIZATION}/${plural}`,
  headers: JSON_TYPE,
  body: JSON.stringify({ spec }),
  verb: 'create',
  resource: plural,
  ...more,
});

function review(where: Where): FuzzRequest {
  const { dice, ns, user } = where;
  const whom = dice.pick<{ readonly [key: string]: Json }>([
    { user },
    { user: `v-${ns}` },
    { user: `v-${ns}`, groups: [`g-${ns}`] },
    { groups: [`g-${ns}`] },
    { user: `system:serviceaccount:${ns}:default` },
    {},
  ]);
  const spec = { ...whom, ...(asked(dice, ns) as object) };
  if (dice.chance(0.8)) return question('subjectaccessreviews', spec);
  return question('localsubjectaccessreviews', spec, { path: `${AUTHORIZATION}/namespaces/${ns}/localsubjectaccessreviews` });
}

function selfReview({ dice, ns, user }: Where): FuzzRequest {
  return question('selfsubjectaccessreviews', asked(dice, ns), { headers: { ...JSON_TYPE, 'impersonate-user': user } });
}

function rulesReview({ dice, ns, user }: Where): FuzzRequest {
  return question(
    'selfsubjectrulesreviews',
    { namespace: dice.pick([ns, ns, '']) },
    { headers: { ...JSON_TYPE, 'impersonate-user': user } },
  );
}

/** What the user may do by now. */
function act({ dice, ns, user }: Where): FuzzRequest {
  const headers = { ...JSON_TYPE, 'impersonate-user': user };
  const plural = dice.pick(['configmaps', 'pods']);
  const path = `/api/v1/namespaces/${ns}/${plural}`;
  const common = { headers, resource: plural, body: undefined };
  return dice.pick<() => FuzzRequest>([
    () => ({ ...common, method: 'GET', path, verb: 'list' }),
    () => ({ ...common, method: 'GET', path: `${path}/${dice.pick(NAMES)}`, verb: 'get' }),
    () => ({ ...common, method: 'DELETE', path: `${path}/${dice.pick(NAMES)}`, verb: 'delete' }),
    () => ({
      ...common,
      method: 'POST',
      path: `/api/v1/namespaces/${ns}/configmaps`,
      verb: 'create',
      resource: 'configmaps',
      body: JSON.stringify({ metadata: { name: dice.pick(NAMES) } }),
    }),
  ])();
}
