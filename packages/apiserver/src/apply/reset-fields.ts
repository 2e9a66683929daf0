// Fields that an endpoint does not let anybody change: whoever sends them there does not own them.

import type { FieldSet } from './field-set.js';
import { NOTHING, setOf } from './field-set.js';

const STATUS = setOf(['status']);
const SPEC = setOf(['spec']);
const ALL_BUT_STATUS = setOf(['metadata', 'spec']);

const ON_STATUS_OF: Readonly<Record<string, FieldSet>> = {
  pods: setOf(['spec', 'metadata.deletionTimestamp', 'metadata.ownerReferences']),
  'apps/deployments': setOf(['spec', 'metadata.labels']),
};

interface Endpoints {
  readonly isCustom: boolean;
  readonly hasStatus: boolean;
  readonly collection: string;
}

export function resetFields(resource: Endpoints, subresource: string): FieldSet {
  if (!resource.hasStatus) return NOTHING;
  if (subresource !== 'status') return STATUS;
  if (resource.isCustom) return ALL_BUT_STATUS;
  return Object.hasOwn(ON_STATUS_OF, resource.collection) ? (ON_STATUS_OF[resource.collection] ?? SPEC) : SPEC;
}
