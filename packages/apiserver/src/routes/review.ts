// Questions about access: a POST whose answer is what was sent, with a status.

import type { Attributes } from '../access/attributes.js';
import type { PolicyRule } from '../access/policy-rule.js';
import { together } from '../access/rbac.js';
import { ISSUER } from '../access/service-account-token.js';
import type { UserInfo } from '../access/user.js';
import type { FieldError } from '../errors.js';
import { badRequest, fieldInvalid, invalid } from '../errors.js';
import type { Resource } from '../kind/resource.js';
import { metaOf, timestamp, withMeta } from '../meta/object-meta.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import { EMPTY, isObject, objectAt, own, stringAt, stringsAt, withKey } from '../store/json-value.js';
import { checkNamespaceOfBody } from '../write/create-object.js';
import { ownedWrite } from '../write/write-context.js';
import type { Reply } from './reply.js';
import { jsonText } from './reply.js';
import { renderBody } from './representation.js';
import { decodeBody } from './request-body.js';
import type { ResourceRequest } from './request-context.js';
import { viewOf } from './request-context.js';
import { targetOf } from './target.js';
import type { WriteOptions } from './write-options.js';
import { parseWriteOptions } from './write-options.js';

type Answer = (request: ResourceRequest, body: JsonObject) => JsonObject;

const ANSWERS: Readonly<Record<string, Answer>> = {
  selfsubjectaccessreviews: (request, body) => {
    refuse(request.resource, [...specErrors(body), ...metadataErrors(body, 'must be empty')]);
    return decided(request, body, request.user);
  },
  subjectaccessreviews: (request, body) => {
    refuse(request.resource, [...specErrors(body), ...subjectErrors(body), ...metadataErrors(body, 'must be empty')]);
    return decided(request, body, subjectOf(body));
  },
  localsubjectaccessreviews: (request, body) => {
    const named = withMeta(body, { namespace: request.namespace });
    refuse(request.resource, [...specErrors(body), ...subjectErrors(body), ...localErrors(named)]);
    return decided(request, named, subjectOf(body));
  },
  selfsubjectrulesreviews: rulesReview,
  selfsubjectreviews: (request) => ({
    metadata: { creationTimestamp: timestamp(request.parts.clock.now()) },
    status: { userInfo: userInfo(request.user) },
  }),
  tokenreviews: tokenReview,
};

/** POST of a question. */
export function review(request: ResourceRequest): Reply {
  const options = parseWriteOptions(request.query, 'CreateOptions');
  const { body } = decodeBody(request, options.fieldValidation);
  checkNamespaceOfBody(request.resource, request.namespace, metaOf(body));
  const answer = ANSWERS[request.resource.plural];
  if (answer === undefined) throw badRequest(`${request.resource.plural} are not answered here`);
  return jsonText(201, renderBody(viewOf(request), answer(request, withOwners(request, options, body))));
}

/** A question has an owner like every object; where the answer is the question, it shows. */
function withOwners(request: ResourceRequest, options: WriteOptions, body: JsonObject): JsonObject {
  return request.parts.write.ownership?.create(ownedWrite(targetOf(request, options)), body) ?? body;
}

function refuse(resource: Resource, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid({ group: resource.group, kind: '' }, '', errors);
}

function specErrors(body: JsonObject): readonly FieldError[] {
  const spec = objectAt(body, 'spec');
  const [resource, nonResource] = [own(spec, 'resourceAttributes'), own(spec, 'nonResourceAttributes')];
  if (isObject(resource) && isObject(nonResource)) {
    return [
      fieldInvalid('spec.nonResourceAttributes', shownPath(nonResource), 'cannot be specified in combination with resourceAttributes'),
    ];
  }
  if (isObject(resource) || isObject(nonResource)) return [];
  return [fieldInvalid('spec.resourceAttributes', 'null', 'exactly one of nonResourceAttributes or resourceAttributes must be specified')];
}

function shownPath({ path = '', verb = '' }: JsonObject): string {
  return JSON.stringify({ Path: path, Verb: verb });
}

function subjectErrors(body: JsonObject): readonly FieldError[] {
  const spec = objectAt(body, 'spec');
  if (stringAt(spec, 'user') !== '' || stringsAt(spec, 'groups').length > 0) return [];
  return [fieldInvalid('spec.user', '""', 'at least one of user or group must be specified')];
}

function metadataErrors(body: JsonObject, why: string): readonly FieldError[] {
  const { managedFields: _managed, ...metadata } = metaOf(body);
  return Object.keys(metadata).length === 0 ? [] : [fieldInvalid('metadata', JSON.stringify(metadata), why)];
}

function localErrors(body: JsonObject): readonly FieldError[] {
  const { namespace = '', ...metadata } = metaOf(body);
  const spec = objectAt(body, 'spec');
  const errors = [...metadataErrors({ metadata }, 'must be empty except for namespace')];
  const asked = own(spec, 'resourceAttributes');
  if (isObject(asked) && stringAt(asked, 'namespace') !== namespace) {
    errors.push(
      fieldInvalid('spec.resourceAttributes.namespace', JSON.stringify(stringAt(asked, 'namespace')), 'must match metadata.namespace'),
    );
  }
  const nonResource = own(spec, 'nonResourceAttributes');
  if (isObject(nonResource))
    errors.push(fieldInvalid('spec.nonResourceAttributes', shownPath(nonResource), 'disallowed on this kind of request'));
  return errors;
}

function subjectOf(body: JsonObject): UserInfo {
  const spec = objectAt(body, 'spec');
  return { name: stringAt(spec, 'user'), uid: stringAt(spec, 'uid'), groups: stringsAt(spec, 'groups'), extra: {} };
}

function attributesIn(body: JsonObject): Attributes {
  const spec = objectAt(body, 'spec');
  const asked = own(spec, 'resourceAttributes');
  if (!isObject(asked)) {
    const nonResource = objectAt(spec, 'nonResourceAttributes');
    return { isResource: false, verb: stringAt(nonResource, 'verb'), path: stringAt(nonResource, 'path') };
  }
  const text = (key: string): string => stringAt(asked, key);
  return {
    isResource: true,
    verb: text('verb'),
    namespace: text('namespace'),
    group: text('group'),
    resource: text('resource'),
    subresource: text('subresource'),
    name: text('name'),
  };
}

function decided(request: ResourceRequest, body: JsonObject, user: UserInfo): JsonObject {
  const { isAllowed, reason } = request.parts.access.authorizer.decide(user, attributesIn(body));
  return withKey(body, 'status', { allowed: isAllowed, ...(reason === '' ? {} : { reason }) });
}

function rulesReview({ parts, user }: ResourceRequest, body: JsonObject): JsonObject {
  const namespace = stringAt(objectAt(body, 'spec'), 'namespace');
  if (namespace === '') throw badRequest('no namespace on request');
  const { rules, problems } = parts.access.authorizer.rulesFor(user, namespace);
  const status = {
    resourceRules: rules.filter((rule) => rule.resources.length > 0).map(resourceRule),
    nonResourceRules: rules
      .filter((rule) => rule.nonResourceURLs.length > 0)
      .map(({ verbs, nonResourceURLs }) => ({ verbs: [...verbs], nonResourceURLs: [...nonResourceURLs] })),
    incomplete: false,
    ...(problems.length === 0 ? {} : { evaluationError: together(problems) }),
  };
  return { metadata: EMPTY, spec: EMPTY, status };
}

function resourceRule({ verbs, apiGroups, resources, resourceNames }: PolicyRule): JsonObject {
  const names = resourceNames.length === 0 ? {} : { resourceNames: [...resourceNames] };
  return { verbs: [...verbs], apiGroups: [...apiGroups], resources: [...resources], ...names };
}

function userInfo({ name, uid, groups, extra }: UserInfo): JsonObject {
  const more: Record<string, JsonValue> = {};
  for (const [key, values] of Object.entries(extra)) more[key] = [...values];
  return {
    ...(name === '' ? {} : { username: name }),
    ...(uid === '' ? {} : { uid }),
    ...(groups.length === 0 ? {} : { groups: [...groups] }),
    ...(Object.keys(more).length === 0 ? {} : { extra: more }),
  };
}

function tokenReview({ parts }: ResourceRequest, body: JsonObject): JsonObject {
  const spec = objectAt(body, 'spec');
  const token = stringAt(spec, 'token');
  if (token === '') throw badRequest('token is required for TokenReview in authentication');
  const audiences = stringsAt(spec, 'audiences');
  const known = parts.access.authenticator.authenticate(token, audiences.length === 0 ? [ISSUER] : audiences);
  const status =
    known === undefined
      ? { user: EMPTY, error: 'invalid bearer token' }
      : { authenticated: true, user: userInfo(known.user), audiences: [...known.audiences] };
  return withKey(body, 'status', status);
}
