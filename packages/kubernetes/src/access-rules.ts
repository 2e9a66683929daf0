import { isJsonObject, type AccessRule, type AccessRules, type Json, type JsonObject } from '@kopfts/core';
import { jsonReply } from './json-reply.js';
import type { Transport } from './transport/request.js';

const PATH = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews';
const TIMEOUT_MS = 10_000;
/** No role can be bound in a namespace that does not exist: what is allowed there is allowed everywhere. The name is too long for one. */
const NOWHERE = 'kopf-a-namespace-that-cannot-exist-since-its-name-is-longer-than-63-letters';

/**
 * What we may do in a namespace, or in all of them, by a review of our own rules, which everybody who is logged in may ask for.
 *
 * @throws KopfError if the server refuses the question.
 */
export async function accessRules(namespace: string | undefined, transport: Transport, signal: AbortSignal): Promise<AccessRules> {
  const spec = { namespace: namespace ?? NOWHERE };
  const body = JSON.stringify({ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec });
  const answer = await jsonReply(
    { lane: 'read', method: 'POST', path: PATH, body, contentType: 'application/json', accept: 'application/json', timeoutMs: TIMEOUT_MS },
    transport,
    signal,
  );
  const status = answer['status'];
  if (!isJsonObject(status)) return { rules: [], isComplete: false };
  const rules = status['resourceRules'];
  return {
    rules: Array.isArray(rules) ? rules.filter(isJsonObject).map(ruleOf) : [],
    isComplete: status['incomplete'] !== true && status['evaluationError'] === undefined,
  };
}

function ruleOf(rule: JsonObject): AccessRule {
  return {
    verbs: texts(rule['verbs']),
    groups: texts(rule['apiGroups']),
    resources: texts(rule['resources']),
    names: texts(rule['resourceNames']),
  };
}

function texts(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
