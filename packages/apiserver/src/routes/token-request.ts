// POST of a service account's `token`: a bearer token that says who its bearer is.

import { ISSUER } from '../access/service-account-token.js';
import type { TokenClaims } from '../access/service-account-token.js';
import { badRequest, conflict, fieldInvalid, invalid, notFound } from '../errors.js';
import type { Resource } from '../kind/resource.js';
import { metaOf, timestamp, withMeta } from '../meta/object-meta.js';
import { reviewRules } from '../kind/access-kinds.js';
import { createUid } from '../random.js';
import type { JsonObject } from '../store/json-value.js';
import { isObject, objectAt, own, stringAt, stringsAt } from '../store/json-value.js';
import { checkNamespaceOfBody } from '../write/create-object.js';
import type { StoredObject } from '../store/stored-object.js';
import type { Reply } from './reply.js';
import { jsonText } from './reply.js';
import { renderBody } from './representation.js';
import { decodeBody } from './request-body.js';
import type { ResourceRequest } from './request-context.js';
import { viewOf } from './request-context.js';
import { currentObject } from './target.js';
import { parseWriteOptions } from './write-options.js';

const SHORTEST_SECONDS = 600;
const LONGEST_SECONDS = 2 ** 32;
const USUAL_SECONDS = 3600;
const KIND = { group: 'authentication.k8s.io', kind: 'TokenRequest' };
const rules = reviewRules('authentication.v1.TokenRequest');

export function requestToken(request: ResourceRequest): Reply {
  const options = parseWriteOptions(request.query, 'CreateOptions');
  const asked: ResourceRequest = { ...request, resource: tokenResource(request.resource) };
  const { body } = decodeBody(asked, options.fieldValidation);
  checkNamespaceOfBody(request.resource, request.namespace, metaOf(body));
  checkIdentity(request, body);
  const account = currentObject(request);
  const { parts } = request;
  const spec = specOf(body);
  const now = parts.clock.now();
  const issuedAt = Math.floor(now / 1000);
  const claims: TokenClaims = {
    namespace: account.namespace,
    name: account.name,
    uid: account.uid,
    id: createUid(parts.write.random),
    audiences: spec.audiences,
    issuedAt,
    expiresAt: issuedAt + spec.expirationSeconds,
    bound: boundOf(request, spec.boundObjectRef),
  };
  const status = { token: parts.access.authenticator.issue(claims), expirationTimestamp: timestamp(now + spec.expirationSeconds * 1000) };
  return jsonText(201, renderBody(viewOf(asked), { ...described(account, now, body), spec: { ...spec }, status }));
}

/** The endpoint speaks of another kind than the account that it hangs on. */
function tokenResource(accounts: Resource): Resource {
  return { ...accounts, ...KIND, version: 'v1', rules };
}

function described(account: StoredObject, now: number, body: JsonObject): JsonObject {
  const { name, namespace, uid } = account;
  return withMeta(body, { name, namespace, uid, creationTimestamp: timestamp(now) });
}

function checkIdentity({ name }: ResourceRequest, body: JsonObject): void {
  const sent = stringAt(metaOf(body), 'name');
  if (sent === '' || sent === name) return;
  throw invalid(KIND, name, [fieldInvalid('metadata.name', JSON.stringify(sent), 'must match the service account name if specified')]);
}

interface TokenSpec {
  readonly audiences: readonly string[];
  readonly expirationSeconds: number;
  readonly boundObjectRef: JsonObject | null;
}

function specOf(body: JsonObject): TokenSpec {
  const spec = objectAt(body, 'spec');
  const seconds = own(spec, 'expirationSeconds');
  const expirationSeconds = typeof seconds === 'number' ? seconds : USUAL_SECONDS;
  const refuse = (why: string): Error => invalid(KIND, '', [fieldInvalid('spec.expirationSeconds', String(expirationSeconds), why)]);
  if (expirationSeconds < SHORTEST_SECONDS) throw refuse('may not specify a duration less than 10 minutes');
  if (expirationSeconds > LONGEST_SECONDS) throw refuse('may not specify a duration larger than 2^32 seconds');
  const audiences = stringsAt(spec, 'audiences');
  const bound = own(spec, 'boundObjectRef');
  return { audiences: audiences.length === 0 ? [ISSUER] : audiences, expirationSeconds, boundObjectRef: isObject(bound) ? bound : null };
}

function boundOf({ parts, namespace, name }: ResourceRequest, reference: JsonObject | null): TokenClaims['bound'] {
  if (reference === null) return undefined;
  const kind = stringAt(reference, 'kind');
  const apiVersion = stringAt(reference, 'apiVersion');
  if (apiVersion !== 'v1' || (kind !== 'Pod' && kind !== 'Secret')) {
    const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
    throw badRequest(`cannot bind token to object of type ${group ?? ''}/${version ?? ''}, Kind=${kind}`);
  }
  const plural = kind === 'Pod' ? 'pods' : 'secrets';
  const bound = parts.write.store.get(plural, namespace, stringAt(reference, 'name'));
  if (bound === undefined) throw notFound({ group: '', plural }, stringAt(reference, 'name'));
  if (kind === 'Pod' && stringAt(objectAt(bound.body, 'spec'), 'serviceAccountName') !== name) {
    throw badRequest(`cannot bind token for serviceaccount ${JSON.stringify(name)} to pod running with different serviceaccount name.`);
  }
  const uid = stringAt(reference, 'uid');
  if (uid !== '' && uid !== bound.uid) {
    const why = `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
    throw conflict({ group: '', plural: kind }, bound.name, why);
  }
  return { kind: kind === 'Pod' ? 'pod' : 'secret', name: bound.name, uid: bound.uid };
}
