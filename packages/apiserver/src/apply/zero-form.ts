// What an object of a built-in kind has before anybody writes anything: fields that the real server always writes.

import type { JsonObject } from '../store/json-value.js';
import { EMPTY, isObject, own, withKey } from '../store/json-value.js';

const POD_SPEC = { containers: null };
const NAMES = { plural: '', kind: '' };
const TEMPLATE = { metadata: {}, spec: POD_SPEC };
const WORKLOAD = { selector: null, template: TEMPLATE };

const ZERO_FORMS: Readonly<Record<string, JsonObject>> = {
  'v1 Pod': { spec: POD_SPEC, status: {} },
  'v1 Namespace': { spec: {}, status: {} },
  'v1 Node': { spec: {}, status: {} },
  'v1 Service': { spec: {}, status: { loadBalancer: {} } },
  'v1 PersistentVolumeClaim': { spec: { resources: {} }, status: {} },
  'v1 Event': {
    involvedObject: {},
    source: {},
    firstTimestamp: null,
    lastTimestamp: null,
    eventTime: null,
    reportingComponent: '',
    reportingInstance: '',
  },
  'events.k8s.io/v1 Event': {
    eventTime: null,
    regarding: {},
    deprecatedSource: {},
    deprecatedFirstTimestamp: null,
    deprecatedLastTimestamp: null,
  },
  'coordination.k8s.io/v1 Lease': { spec: {} },
  'apiextensions.k8s.io/v1 CustomResourceDefinition': {
    spec: { group: '', names: NAMES, scope: '', versions: null },
    status: { conditions: null, acceptedNames: NAMES, storedVersions: null },
  },
  'apps/v1 Deployment': { spec: { ...WORKLOAD, strategy: {} }, status: {} },
  'apps/v1 StatefulSet': { spec: { ...WORKLOAD, serviceName: '', updateStrategy: {} }, status: { replicas: 0 } },
  'apps/v1 DaemonSet': {
    spec: { ...WORKLOAD, updateStrategy: {} },
    status: { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 },
  },
  'apps/v1 ReplicaSet': { spec: { selector: null, template: TEMPLATE }, status: { replicas: 0 } },
  'batch/v1 Job': { spec: { template: TEMPLATE }, status: {} },
  'rbac.authorization.k8s.io/v1 ClusterRole': { rules: null },
  'rbac.authorization.k8s.io/v1 Role': { rules: null },
  'rbac.authorization.k8s.io/v1 ClusterRoleBinding': { roleRef: { apiGroup: '', kind: '', name: '' } },
  'rbac.authorization.k8s.io/v1 RoleBinding': { roleRef: { apiGroup: '', kind: '', name: '' } },
};
const METADATA_ONLY: JsonObject = { metadata: {} };

/** The empty object of a kind. Custom resources have nothing. */
export function zeroFormOf(resource: { readonly isCustom: boolean; readonly kind: string }, apiVersion: string): JsonObject {
  if (resource.isCustom) return EMPTY;
  const key = `${apiVersion} ${resource.kind}`;
  return Object.hasOwn(ZERO_FORMS, key) ? { ...METADATA_ONLY, ...ZERO_FORMS[key] } : METADATA_ONLY;
}

/** The object with what the real server always writes. */
export function withZeroForm(object: JsonObject, zero: JsonObject): JsonObject {
  let result = object;
  for (const key of Object.keys(zero)) {
    const [fallback, value] = [own(zero, key) ?? null, own(object, key)];
    if (value === undefined) result = withKey(result, key, fallback);
    else if (isObject(value) && isObject(fallback)) {
      const filled = withZeroForm(value, fallback);
      if (filled !== value) result = withKey(result, key, filled);
    }
  }
  return result;
}
