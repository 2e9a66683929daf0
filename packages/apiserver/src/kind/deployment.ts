// Deployments are stored objects only: no replica sets or pods follow from them.

import type { FieldError } from '../errors.js';
import { fieldForbidden, fieldInvalid, fieldRequired, fieldUnsupported } from '../errors.js';
import { metaOf, withMeta } from '../meta/object-meta.js';
import { immutable } from '../meta/validate-meta.js';
import type { JsonObject } from '../store/json-value.js';
import { isObject, objectAt, own, stringAt, withKey } from '../store/json-value.js';
import { builtinRules } from './builtin-rules.js';
import { hostNameWarnings, podSpecErrors, restartErrors, withPodSpecDefaults } from './pod.js';
import type { KindRules } from './resource.js';

const ROLLING = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } };

function withDefaults(body: JsonObject): JsonObject {
  const spec = objectAt(body, 'spec');
  const template = objectAt(spec, 'template');
  const strategy = objectAt(spec, 'strategy');
  const filled: JsonObject = {
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    replicas: 1,
    ...spec,
    template: withKey(template, 'spec', withPodSpecDefaults(objectAt(template, 'spec'))),
    strategy: ['', 'RollingUpdate'].includes(stringAt(strategy, 'type'))
      ? { ...ROLLING, rollingUpdate: { ...ROLLING.rollingUpdate, ...objectAt(strategy, 'rollingUpdate') } }
      : strategy,
  };
  return withKey(body, 'spec', filled);
}

const STRATEGIES = ['Recreate', 'RollingUpdate'];

function strategyErrors(strategy: JsonObject): readonly FieldError[] {
  const type = stringAt(strategy, 'type');
  if (!STRATEGIES.includes(type)) return [fieldUnsupported('spec.strategy.type', JSON.stringify(type), STRATEGIES)];
  if (type === 'RollingUpdate' || own(strategy, 'rollingUpdate') === undefined) return [];
  return [fieldForbidden('spec.strategy.rollingUpdate', "may not be specified when strategy `type` is 'Recreate'")];
}

function validate(body: JsonObject): readonly FieldError[] {
  const spec = objectAt(body, 'spec');
  const errors: FieldError[] = [];
  const replicas = own(spec, 'replicas');
  if (typeof replicas === 'number' && replicas < 0)
    errors.push(fieldInvalid('spec.replicas', String(replicas), 'must be greater than or equal to 0'));
  const selector = own(spec, 'selector');
  if (!isObject(selector)) errors.push(fieldRequired('spec.selector'));
  else if (Object.keys(selector).length === 0) errors.push(fieldInvalid('spec.selector', '{}', 'empty selector is invalid for deployment'));
  const wanted = objectAt(isObject(selector) ? selector : {}, 'matchLabels');
  const labels = objectAt(metaOf(objectAt(spec, 'template')), 'labels');
  const shown = own(metaOf(objectAt(spec, 'template')), 'labels') ?? null;
  if (!isObject(selector) || Object.keys(wanted).some((key) => own(labels, key) !== own(wanted, key))) {
    errors.push(fieldInvalid('spec.template.metadata.labels', JSON.stringify(shown), '`selector` does not match template `labels`'));
  }
  errors.push(...strategyErrors(objectAt(spec, 'strategy')));
  const [pod, at] = [objectAt(objectAt(spec, 'template'), 'spec'), 'spec.template.spec'];
  return [...errors, ...podSpecErrors(pod, at), ...restartErrors(pod, at, ['Always'])];
}

export const deploymentRules: KindRules = builtinRules({
  type: 'apps.v1.Deployment',
  hasStatus: true,
  bookmark: { spec: { replicas: 0, selector: null, template: { metadata: {}, spec: { containers: null } }, strategy: {} }, status: {} },
  countsGeneration: true,
  countsAnnotations: true,
  withDefaults,
  prepareCreate: (body) => withKey(body, 'status', {}),
  warnings: (next, old) => (old === undefined ? hostNameWarnings(next, 'this is used in Pod names and hostnames') : []),
  validate,
  prepareStatusUpdate: (next, old) => ({ ...withMeta(next, { labels: own(metaOf(old), 'labels') }), spec: objectAt(old, 'spec') }),
  validateUpdate: (next, old) => {
    const selector = (body: JsonObject) => own(objectAt(body, 'spec'), 'selector');
    return immutable('spec.selector', selector(next), selector(old));
  },
});
