/**
 * `node tools/kube-apiserver/field-types.mjs`: asks a real kube-apiserver for its OpenAPI documents and writes down which fields the
 * built-in kinds have and how their lists and maps merge. Needed again when the version of Kubernetes changes or a kind is added below.
 */
import { writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { startControlPlane } from './control-plane.mjs';

const target = fileURLToPath(new URL('../../packages/apiserver/src/apply/builtin-field-table.ts', import.meta.url));

/** The kinds whose fields are written down, by the path of their document. */
const KINDS = {
  'api/v1': [
    'ConfigMap',
    'Endpoints',
    'Event',
    'LimitRange',
    'Namespace',
    'Node',
    'PersistentVolume',
    'PersistentVolumeClaim',
    'Pod',
    'ReplicationController',
    'ResourceQuota',
    'Secret',
    'Service',
    'ServiceAccount',
  ],
  'apis/admissionregistration.k8s.io/v1': ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'],
  'apis/apiextensions.k8s.io/v1': ['CustomResourceDefinition'],
  // The document of a group also describes the kinds of its endpoints.
  'apis/apps/v1': ['DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet', 'autoscaling/v1 Scale'],
  'apis/authentication.k8s.io/v1': ['SelfSubjectReview', 'TokenReview'],
  'apis/authorization.k8s.io/v1': ['LocalSubjectAccessReview', 'SelfSubjectAccessReview', 'SelfSubjectRulesReview', 'SubjectAccessReview'],
  'apis/batch/v1': ['CronJob', 'Job'],
  'apis/coordination.k8s.io/v1': ['Lease'],
  'apis/events.k8s.io/v1': ['Event'],
  'apis/networking.k8s.io/v1': ['Ingress', 'NetworkPolicy'],
  'apis/policy/v1': ['PodDisruptionBudget'],
  'apis/rbac.authorization.k8s.io/v1': ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'],
};
/** Go types whose values are any scalar, or anything. */
const SPECIAL = { Quantity: 'u', RawExtension: '?' };

class Types {
  #schemas = {};
  #keyFields = new Set();
  kinds = {};
  types = {};

  add(path, document, kinds) {
    this.#schemas = document.components.schemas;
    for (const schema of Object.values(this.#schemas)) this.#collectKeys(schema);
    for (const [name, schema] of Object.entries(this.#schemas)) {
      const of = schema['x-kubernetes-group-version-kind']?.[0];
      if (of === undefined) continue;
      const isOfGroup = kinds.includes(of.kind) && `${of.group}/${of.version}` === groupVersion(path);
      const apiVersion = of.group === '' ? of.version : `${of.group}/${of.version}`;
      if (!isOfGroup && !kinds.includes(`${apiVersion} ${of.kind}`)) continue;
      this.kinds[`${apiVersion} ${of.kind}`] = this.#reference(name);
    }
  }

  #collectKeys(schema) {
    for (const field of Object.values(schema.properties ?? {})) for (const key of mapKeys(field)) this.#keyFields.add(key);
  }

  /** Names are short where that is unambiguous: the last step, with its group and version unless these are those of the core. */
  #reference(name) {
    const [kind, version, group] = name.split('.').reverse();
    const short = ['core', 'meta'].includes(group) ? kind : `${group}.${version}.${kind}`;
    if (this.types[short] === undefined) {
      this.types[short] = '';
      this.types[short] = this.#fields(this.#schemas[name]);
    }
    return short;
  }

  #fields(schema) {
    const fields = Object.entries(schema.properties ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    const texts = fields.map(([name, field]) => `${name}:${this.#expression(field)}${this.#default(name, field)}`);
    return (isAtomicMap(schema) ? '! ' : '') + texts.join(' ');
  }

  #default(name, field) {
    return this.#keyFields.has(name) && field.default !== undefined ? `=${JSON.stringify(field.default)}` : '';
  }

  #expression(schema) {
    const ref = schema.$ref ?? schema.allOf?.[0]?.$ref;
    if (ref !== undefined) return this.#named(ref.split('/').pop(), schema);
    switch (schema.type) {
      case 'string':
        return schema.format === undefined || schema.format === 'byte' ? 's' : 'u';
      case 'integer':
      case 'number':
        return 'n';
      case 'boolean':
        return 'b';
      case 'array':
        return listPrefix(schema) + this.#expression(schema.items);
      case 'object':
        return (isAtomicMap(schema) ? 'M' : 'm') + this.#expression(schema.additionalProperties ?? {});
      default:
        return '?';
    }
  }

  #named(name, referring) {
    const kind = name.split('.').pop();
    if (SPECIAL[kind] !== undefined) return SPECIAL[kind];
    const schema = this.#schemas[name];
    if (schema.properties === undefined) return schema.type === 'object' ? 'm?' : this.#expression(schema);
    return (isAtomicMap(referring) ? '!' : '') + `#${this.#reference(name)}`;
  }
}

function groupVersion(path) {
  return path === 'api/v1' ? '/v1' : path.slice('apis/'.length);
}

function mapKeys(schema) {
  if (schema['x-kubernetes-list-type'] === 'map') return schema['x-kubernetes-list-map-keys'];
  if (schema['x-kubernetes-list-type'] !== undefined) return [];
  const key = schema['x-kubernetes-patch-merge-key'];
  return key !== undefined && /merge/.test(schema['x-kubernetes-patch-strategy'] ?? '') ? [key] : [];
}

function listPrefix(schema) {
  const keys = mapKeys(schema);
  if (keys.length > 0) return `k(${keys.join(',')})`;
  const type = schema['x-kubernetes-list-type'];
  const isSet = type === 'set' || (type === undefined && /merge/.test(schema['x-kubernetes-patch-strategy'] ?? ''));
  return isSet ? 'S' : 'a';
}

function isAtomicMap(schema) {
  return schema['x-kubernetes-map-type'] === 'atomic';
}

function fetchJson(controlPlane, path) {
  const options = { ca: controlPlane.ca, headers: { authorization: `Bearer ${controlPlane.token}` } };
  return new Promise((resolve, reject) => {
    get(new URL(`/openapi/v3/${path}`, controlPlane.url), options, (answer) => {
      let text = '';
      answer.on('data', (chunk) => (text += chunk));
      answer.on('end', () => resolve(JSON.parse(text)));
    }).on('error', reject);
  });
}

function source({ kinds, types }) {
  const table = (entries) => JSON.stringify(Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1))), null, 2);
  return `// Written by tools/kube-apiserver/field-types.mjs from the OpenAPI documents of kube-apiserver; not edited by hand.

/** The type of each built-in kind, by \`apiVersion kind\`. */
export const BUILTIN_KINDS: Readonly<Record<string, string>> = ${table(kinds)};

/**
 * The fields of each type: \`name:type\`, where a type is a string (\`s\`), a number (\`n\`), a boolean (\`b\`), any scalar (\`u\`), anything
 * (\`?\`), a type of this table (\`#Name\`, \`!#Name\` when it is replaced as a whole), a list (\`a\` replaced as a whole, \`S\` a set, \`k(…)\` by
 * keys) or a map (\`m\`, \`M\` when it is replaced as a whole) of a type. A \`!\` in front marks types that are always replaced as a whole.
 */
export const BUILTIN_TYPES: Readonly<Record<string, string>> = ${table(types)};
`;
}

const controlPlane = await startControlPlane({ log: (line) => console.error(line) });
try {
  const types = new Types();
  for (const [path, kinds] of Object.entries(KINDS)) types.add(path, await fetchJson(controlPlane, path), kinds);
  await writeFile(target, await format(source(types), { ...(await resolveConfig(target)), parser: 'typescript' }));
  console.log(`${Object.keys(types.kinds).length} kinds, ${Object.keys(types.types).length} types`);
} finally {
  await controlPlane.stop();
}
