// Services are stored objects only: an address is given, no traffic is routed.

import { isIP } from 'node:net';
import type { FieldError } from '../errors.js';
import { fieldInvalid, fieldRequired } from '../errors.js';
import { labelNameProblems, subdomainProblems } from '../meta/names.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import { arrayAt, isObject, objectAt, own, stringAt, stringsAt, withKey } from '../store/json-value.js';
import { metaOf } from '../meta/object-meta.js';
import { validateMeta } from '../meta/validate-meta.js';
import { builtinRules, unqualifiedFinalizers } from './builtin-rules.js';
import type { KindRules } from './resource.js';

const NONE = 'None';

function withPortDefaults(port: JsonValue): JsonValue {
  if (!isObject(port)) return port;
  const target = own(port, 'targetPort');
  const isUnset = target === undefined || target === 0 || target === '';
  return { ...port, protocol: stringAt(port, 'protocol') || 'TCP', targetPort: isUnset ? (own(port, 'port') ?? 0) : target };
}

function withDefaults(body: JsonObject): JsonObject {
  const spec = objectAt(body, 'spec');
  const defaults: JsonObject = { sessionAffinity: NONE, type: 'ClusterIP' };
  const ports = arrayAt(spec, 'ports');
  const isExternal = stringAt(spec, 'type') === 'ExternalName';
  const filled = {
    ...defaults,
    ...(isExternal ? {} : { internalTrafficPolicy: 'Cluster' }),
    ...spec,
    ...(ports.length === 0 ? {} : { ports: ports.map(withPortDefaults) }),
  };
  return withKey(body, 'spec', filled);
}

/** A service has the families that its address has; without an address and a selector it promises both. */
function withFamilies(body: JsonObject): JsonObject {
  const spec = objectAt(body, 'spec');
  if (stringAt(spec, 'type') === 'ExternalName') return body;
  const given = stringAt(spec, 'clusterIP');
  const address = given === '' ? addressFor(stringAt(metaOf(body), 'uid')) : given;
  if (given !== NONE)
    return withKey(body, 'spec', {
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      clusterIPs: [address],
      ...spec,
      clusterIP: address,
    });
  const isSelected = Object.keys(objectAt(spec, 'selector')).length > 0;
  const families = isSelected
    ? { ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' }
    : { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' };
  return withKey(body, 'spec', { ...families, clusterIPs: [address], ...spec });
}

/** An address of the usual range for services, from the uid: nothing answers there. */
function addressFor(uid: string): string {
  const [second = 0, third = 0] = Buffer.from(uid.slice(0, 4), 'hex');
  return `10.96.${second}.${third}`;
}

/** The object that stands for an address names its service. */
function refusesAllocation(
  body: JsonObject,
  { isDryRun, old }: { readonly isDryRun: boolean; readonly old?: JsonObject },
): readonly FieldError[] {
  const spec = objectAt(body, 'spec');
  if (old !== undefined) return secondFamilyErrors(spec);
  const given = stringAt(spec, 'clusterIP');
  if (stringAt(spec, 'type') === 'ExternalName' || given === NONE) return [];
  if (given !== '') {
    const why = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
    return isIP(given) > 0 ? [] : [fieldInvalid('spec.clusterIPs[0]', JSON.stringify(given), why)];
  }
  if (isDryRun || stringAt(metaOf(body), 'name') !== '') return [];
  const address = `IPAddress.networking.k8s.io ${JSON.stringify(addressFor(stringAt(metaOf(body), 'uid')))}`;
  const why = `failed to allocate IP: ${address} is invalid: spec.parentRef.name: Required value`;
  return [fieldInvalid('spec.clusterIPs', '[""]', why)];
}

function validate(body: JsonObject): readonly FieldError[] {
  const spec = objectAt(body, 'spec');
  const ports = arrayAt(spec, 'ports').filter(isObject);
  const needsPorts = stringAt(spec, 'type') !== 'ExternalName' && stringAt(spec, 'clusterIP') !== NONE;
  const missing = needsPorts && ports.length === 0 ? [fieldRequired('spec.ports')] : [];
  if (stringAt(spec, 'type') === 'ExternalName') missing.push(...externalNameErrors(stringAt(spec, 'externalName')));
  return [...missing, ...ports.flatMap((port, index) => portErrors(port, `spec.ports[${index}]`, ports.length > 1))];
}

/** A name may end with the dot of the root. */
function externalNameErrors(name: string): readonly FieldError[] {
  if (name === '') return [fieldRequired('spec.externalName')];
  const problems = subdomainProblems(name.endsWith('.') ? name.slice(0, -1) : name);
  return problems.map((why) => fieldInvalid('spec.externalName', JSON.stringify(name), why));
}

const RANGE = 'must be between 1 and 65535, inclusive';
const isPort = (value: JsonValue | undefined): boolean => typeof value === 'number' && value >= 1 && value <= 65535;

function portErrors(port: JsonObject, at: string, needsName: boolean): readonly FieldError[] {
  const errors: FieldError[] = [];
  const name = stringAt(port, 'name');
  if (name === '' && needsName) errors.push(fieldRequired(`${at}.name`));
  if (name !== '') errors.push(...labelNameProblems(name).map((why) => fieldInvalid(`${at}.name`, JSON.stringify(name), why)));
  const number = own(port, 'port') ?? 0;
  if (!isPort(number)) errors.push(fieldInvalid(`${at}.port`, JSON.stringify(number), RANGE));
  const target = own(port, 'targetPort') ?? 0;
  if (typeof target === 'number' && !isPort(target)) errors.push(fieldInvalid(`${at}.targetPort`, String(target), RANGE));
  return errors;
}

function sameAddress(next: JsonObject, old: JsonObject): readonly FieldError[] {
  const [after, before] = [next, old].map((body) => stringsAt(objectAt(body, 'spec'), 'clusterIPs')[0] ?? '');
  if (before === '' || after === before) return [];
  return [fieldInvalid('spec.clusterIPs[0]', JSON.stringify([after]), 'may not change once set')];
}

/** Only a service without an address and without a selector has two families where there is one. */
function secondFamilyErrors(spec: JsonObject): readonly FieldError[] {
  if (Object.keys(objectAt(spec, 'selector')).length === 0 || stringsAt(spec, 'ipFamilies')[1] === undefined) return [];
  return [
    fieldInvalid('spec.ipFamilies[1]', JSON.stringify(stringsAt(spec, 'ipFamilies')[1]), 'not configured on this cluster'),
    fieldInvalid(
      'spec.ipFamilyPolicy',
      JSON.stringify(stringAt(spec, 'ipFamilyPolicy')),
      'this cluster is not configured for dual-stack services',
    ),
  ];
}

export const serviceRules: KindRules = builtinRules({
  type: 'core.v1.Service',
  nameRule: labelNameProblems,
  hasStatus: true,
  createsOnUpdate: true,
  deletionAnswersObject: true,
  selectableFields: ['spec.clusterIP', 'spec.type'],
  withDefaults,
  prepareCreate: (body) => withFamilies({ ...body, status: { loadBalancer: {} } }),
  prepareUpdate: (next, old) => {
    const spec = objectAt(next, 'spec');
    const kept = ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'].filter((key) => own(spec, key) === undefined);
    const before = objectAt(old, 'spec');
    const filled = Object.fromEntries(kept.flatMap((key) => (own(before, key) === undefined ? [] : [[key, own(before, key) ?? null]])));
    return { ...next, spec: { ...spec, ...filled }, status: own(old, 'status') ?? {} };
  },
  refusesAllocation,
  validate,
  validateUpdate: sameAddress,
  // A status may create its service, without what a new one is given: an address that it has lacks its list then.
  refusesStatusOfNone: (body) => {
    const spec = objectAt(body, 'spec');
    const hasPorts = arrayAt(spec, 'ports').length > 0;
    const ofPorts = validate(withDefaults(body));
    const metadata = validateMeta(metaOf(body), labelNameProblems);
    const isNamed = stringAt(spec, 'type') === 'ExternalName';
    const hasAddress = !isNamed && stringAt(spec, 'clusterIP') !== '' && arrayAt(spec, 'clusterIPs').length === 0;
    const lacksPorts = !hasPorts && !ofPorts.some(({ field }) => field === 'spec.ports');
    const ofAddress = hasAddress ? [fieldRequired('spec.clusterIPs'), ...(lacksPorts ? [fieldRequired('spec.ports')] : [])] : [];
    return [...metadata, ...unqualifiedFinalizers(body), ...ofAddress, ...ofPorts];
  },
});
