// The condition that tells whoever looks at the object that the cluster refused what a handler returned (design 6.8). It is changed in
// the newest state, by a function, for the list belongs to others, too.
import { formatInstant, type Instant } from '../model/instant.js';
import type { HandlerId } from '../model/ids.js';
import { isJsonObject, type Json } from '../model/json.js';
import type { ObjectBody } from '../model/object.js';
import type { MergePatch, PatchFunction } from '../model/patch.js';

/** The condition as a contributor of a write: what the cluster refuses of it is dropped like any result. */
export const CONDITION_PART: HandlerId = 'engine:conditions';

const TYPE = 'HandlerResultsAccepted';
/** What Kubernetes allows for the message of a condition. */
const MOST_CHARACTERS = 32_768;

export interface Refusal {
  readonly handlers: readonly HandlerId[];
  readonly message: string;
  readonly now: Instant;
}

/** `HandlerResultsAccepted` becomes false, and says why. */
export function refusedCondition({ handlers, message, now }: Refusal): PatchFunction<MergePatch> {
  const text = `What ${handlers.map((id) => `'${id}'`).join(', ')} returned was refused and is dropped: ${message}`;
  return settingCondition({ status: 'False', reason: 'InvalidResult', message: cut(text), now });
}

/** Not inside of a pair of surrogates. */
function cut(text: string): string {
  const end = isHighSurrogate(text.charCodeAt(MOST_CHARACTERS - 1)) ? MOST_CHARACTERS - 1 : MOST_CHARACTERS;
  return text.slice(0, end);
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** `HandlerResultsAccepted` becomes true again; `undefined` where nothing was refused before. */
export function acceptedCondition(body: ObjectBody, now: Instant): PatchFunction<MergePatch> | undefined {
  if (!conditionsOf(body)?.some((one) => isOurs(one) && one['status'] !== 'True')) return undefined;
  return settingCondition({ status: 'True', reason: 'ResultsWritten', message: 'All that handlers returned was written.', now });
}

interface Wanted {
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
  readonly now: Instant;
}

function settingCondition({ status, reason, message, now }: Wanted): PatchFunction<MergePatch> {
  return (body: Record<string, Json | undefined>) => {
    const conditions = conditionsOf(body);
    // Whatever else this kind keeps there is not ours to replace.
    if (conditions === undefined) return;
    const before = conditions.find(isOurs);
    const metadata = body['metadata'];
    const generation = isJsonObject(metadata) ? metadata['generation'] : undefined;
    const since = before?.['status'] === status ? before['lastTransitionTime'] : undefined;
    const condition = {
      type: TYPE,
      status,
      reason,
      message,
      lastTransitionTime: since ?? wholeSeconds(now),
      ...(generation === undefined ? {} : { observedGeneration: generation }),
    };
    const others = before === undefined ? conditions : conditions.map((one) => (one === before ? condition : one));
    const stanza = body['status'];
    body['status'] = { ...(isJsonObject(stanza) ? stanza : {}), conditions: before === undefined ? [...others, condition] : others };
  };
}

type Condition = Readonly<Record<string, Json | undefined>>;

/** None yet is an empty list; `undefined` is something that is no list of conditions. */
function conditionsOf(body: Readonly<Record<string, Json | undefined>>): readonly Condition[] | undefined {
  const status = body['status'];
  if (status === undefined || status === null) return [];
  const list = isJsonObject(status) ? (status['conditions'] ?? []) : undefined;
  return Array.isArray(list) && list.every(isJsonObject) ? list : undefined;
}

function isOurs({ type }: Condition): boolean {
  return type === TYPE;
}

/** As `metav1.Time` is written. */
function wholeSeconds(now: Instant): string {
  return formatInstant(now).replace(/\.\d+\+00:00$/, 'Z');
}
