// Who operators of suites on a real server are: a service account with the rights that the documentation names, and no others.
import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@kopfts/core';
import { expect } from 'vitest';
import { untilAllowed } from '../../../../tools/kube-apiserver/rights.js';
import { rightOf } from '../../src/invariants/privilege.js';
import type { GrantedRule } from '../../src/invariants/granted-rule.js';
import type { ServerAccess } from './api-person.js';
import type { LiveOperator } from './live-operator.js';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const NAMESPACE = 'kube-system';
const ACCOUNTS = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`;

/** Of everybody: new kinds and namespaces are heard of, and Kubernetes Events posted. All of it is optional. */
const BESIDE: readonly GrantedRule[] = [
  { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: ['list', 'watch'] },
  { apiGroups: [''], resources: ['namespaces'], verbs: ['list', 'watch'] },
  { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
];

/** A kind that operators handle. */
export interface HandledKind {
  readonly group: string;
  readonly plural: string;
}

/** Who makes the account and its rights. */
export interface RightsMaker {
  /** The answer, if it is none of an error; throws else. */
  ask(method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: object): Promise<JsonObject>;
  /** Makes something that goes in the end. */
  keep(collection: string, object: JsonObject): Promise<void>;
}

/** What a kind with handlers needs. */
const ofKind = ({ group, plural }: HandledKind): readonly GrantedRule[] => [
  { apiGroups: [group], resources: [plural], verbs: ['list', 'watch', 'patch'] },
  { apiGroups: [group], resources: [`${plural}/status`], verbs: ['patch'] },
];

export interface LeastRights {
  /** Before the kind is there: operators must not meet it without. */
  grant(kind: HandledKind): Promise<void>;
  /** The server as operators may see it. */
  access(): Promise<ServerAccess>;
  /** @throws if one of them asked for anything else. */
  check(operators: readonly LiveOperator[]): void;
}

export function createLeastRights({ ask, keep }: RightsMaker, server: ServerAccess): LeastRights {
  const name = `least-${randomUUID()}`;
  const rules: GrantedRule[] = [...BESIDE];
  let opening: Promise<string> | undefined;
  const user = `system:serviceaccount:${NAMESPACE}:${name}`;
  const open = async (): Promise<string> => {
    const apiVersion = 'rbac.authorization.k8s.io/v1';
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name };
    const subjects = [{ kind: 'ServiceAccount', name, namespace: NAMESPACE }];
    await keep(ACCOUNTS, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } });
    await keep(`${RBAC}/clusterroles`, { apiVersion, kind: 'ClusterRole', metadata: { name }, rules: rules as never });
    await keep(`${RBAC}/clusterrolebindings`, { apiVersion, kind: 'ClusterRoleBinding', metadata: { name }, roleRef, subjects });
    const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
    const { token } = (await ask('POST', `${ACCOUNTS}/${name}/token`, request))['status'] as { readonly token: string };
    await effective();
    return token;
  };
  /** The authorizer follows roles at a time of its own; what was granted last comes last. */
  const effective = async (): Promise<void> => {
    const last = rules.at(-1);
    const [group = '', resource = '', verb = ''] = [last?.apiGroups[0], last?.resources[0], last?.verbs[0]];
    const [plural = '', subresource] = resource.split('/');
    await untilAllowed(server, { user, verb, group, resource: plural, ...(subresource === undefined ? {} : { subresource }) });
  };
  return {
    async grant(kind) {
      rules.push(...ofKind(kind));
      if (opening === undefined) return;
      await opening;
      await ask('PATCH', `${RBAC}/clusterroles/${name}`, { rules });
      await effective();
    },
    async access() {
      const token = await (opening ??= open());
      return {
        token,
        get url() {
          return server.url;
        },
        get ca() {
          return server.ca;
        },
      };
    },
    check(operators) {
      const asked = operators.flatMap(({ asked: requests }) =>
        requests.flatMap(({ method, path, query }) => rightOf({ method, path: `${path}?${query.toString()}` }) ?? []),
      );
      const isGranted = ({ verb, group, resource }: (typeof asked)[number]): boolean =>
        rules.some((rule) => rule.apiGroups.includes(group) && rule.resources.includes(resource) && rule.verbs.includes(verb));
      expect(asked.filter((needed) => !isGranted(needed))).toEqual([]);
    },
  };
}
