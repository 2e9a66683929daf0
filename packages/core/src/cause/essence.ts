import { isExactNumber } from '../model/exact-number.js';
import { isJsonObject, presentKeys, setOwn, type Json, type JsonObject } from '../model/json.js';
import type { Essence, ObjectBody } from '../model/object.js';
import type { FieldPath } from '../model/patch.js';
import { diffJson } from './diff.js';
import { copyOf, removeField, resolveField, setField } from './field.js';

/** What counts as the object beyond the rules that hold for everybody. */
export interface EssenceRules {
  /** Fields of handlers: kept even if they are in `status` or system metadata (spec C-04). */
  readonly extraFields: readonly FieldPath[];
  /** Annotations of our own stores (spec C-02, C-06). */
  ownsAnnotation(key: string): boolean;
  /** A field of our progress store (spec C-06). */
  readonly ownsField?: FieldPath;
  /** Fields that never count (spec C-05). */
  readonly ignoredFields?: readonly FieldPath[];
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const MARKER = '/kopf-managed';
const NOT_AS_A_WHOLE: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'status']);

/**
 * The part of an object whose change matters (spec C-01..C-06). Everything at the root but identity, system metadata and
 * status; of the metadata, labels and foreign annotations; plus the fields that handlers ask for. The keys are in Kopf's
 * order, so that the stored text is the same: first the stanzas of the body, then `metadata`, then `status`.
 */
export function buildEssence(body: ObjectBody, rules: EssenceRules): Essence {
  let essence: Essence = pick(body, (key) => !NOT_AS_A_WHOLE.has(key));
  const labels = resolveField(body, ['metadata', 'labels']);
  if (labels.value !== undefined) essence = setField(essence, ['metadata', 'labels'], labels.value);
  const annotations = resolveField(body, ['metadata', 'annotations']).value;
  if (isJsonObject(annotations)) essence = setField(essence, ['metadata', 'annotations'], ownWords(annotations, rules));
  for (const field of rules.extraFields) {
    const found = resolveField(body, field);
    if (found.value !== undefined) essence = setField(essence, field, found.value);
  }
  essence = withoutEmptyStanzas(essence);
  for (const field of rules.ignoredFields ?? []) essence = removeField(essence, field);
  return cleanEssence(essence, rules);
}

/** Without what our own progress store keeps on the object, which is no change of the object (spec C-06). */
export function cleanEssence(stored: Essence, rules: EssenceRules): Essence {
  let essence: Essence = stored;
  const annotations = resolveField(stored, ['metadata', 'annotations']).value;
  if (isJsonObject(annotations) && presentKeys(annotations).some((key) => rules.ownsAnnotation(key))) {
    essence = setField(
      essence,
      ['metadata', 'annotations'],
      pick(annotations, (key) => !rules.ownsAnnotation(key)),
    );
  }
  if (rules.ownsField) essence = removeField(essence, rules.ownsField);
  return withoutEmptyStanzas(essence);
}

/** Nothing changed between the two: exactly when their diff is empty (spec C-07, X-03). */
export function essencesEqual(a: Essence | undefined, b: Essence | undefined): boolean {
  return diffJson(a, b).length === 0;
}

/** 64 bits as 16 hexadecimal digits, for noticing changes without keeping the essence. Equal essences have equal hashes. */
export function hashEssence(essence: Essence): string {
  const text = canonicalText(essence, true);
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    high = Math.imul(high ^ unit, 2_654_435_761);
    low = Math.imul(low ^ unit, 1_597_334_677);
  }
  high = mix(high, low);
  low = mix(low, high);
  return hex(high) + hex(low);
}

function mix(value: number, other: number): number {
  return Math.imul(value ^ (value >>> 16), 2_246_822_507) ^ Math.imul(other ^ (other >>> 13), 3_266_489_909);
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}

/** Sorted keys. Null equals absence in mappings, but not in lists, which are compared as a whole. */
function canonicalText(value: Json, nullIsNothing: boolean): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map((item) => canonicalText(item, false)).join(',')}]`;
  // Fractions by their value: equal essences must have equal texts.
  if (!isJsonObject(value)) return isExactNumber(value) && /^-?\d+$/.test(value.text) ? value.text : JSON.stringify(value);
  const parts: string[] = [];
  for (const key of presentKeys(value).sort()) {
    const child = value[key];
    if (child === undefined || (child === null && nullIsNothing)) continue;
    parts.push(`${JSON.stringify(key)}:${canonicalText(child, nullIsNothing)}`);
  }
  return `{${parts.join(',')}}`;
}

/** Without kubectl's copy of the object, without what operators of Kopf's kind keep on it, without our own (spec C-02, C-03). */
function ownWords(annotations: JsonObject, rules: EssenceRules): JsonObject {
  const marked = new Set(
    presentKeys(annotations)
      .filter((key) => key.endsWith(MARKER))
      .map((key) => key.slice(0, -MARKER.length)),
  );
  return pick(annotations, (key) => {
    const slash = key.lastIndexOf('/');
    const prefix = slash === -1 ? '' : key.slice(0, slash);
    const isOperators = slash !== -1 && (marked.has(prefix) || prefix === 'kopf.zalando.org' || prefix.endsWith('.kopf.zalando.org'));
    return key !== LAST_APPLIED && !isOperators && !rules.ownsAnnotation(key);
  });
}

function pick(source: JsonObject, wanted: (key: string) => boolean): JsonObject {
  const copy: Record<string, Json | undefined> = {};
  for (const key of presentKeys(source)) if (wanted(key)) setOwn(copy, key, source[key]);
  return copy;
}

/** Empty annotations, labels, metadata and status are the same as none (spec C-05). */
function withoutEmptyStanzas(essence: Essence): Essence {
  const metadata = essence['metadata'];
  const status = essence['status'];
  let result = essence;
  if (isJsonObject(metadata)) {
    const kept = pick(metadata, (key) => (key !== 'labels' && key !== 'annotations') || !isEmpty(metadata[key]));
    result = presentKeys(kept).length === presentKeys(metadata).length ? result : setField(result, ['metadata'], kept);
  }
  if ((metadata !== undefined && isEmpty(result['metadata'])) || (status !== undefined && isEmpty(status))) {
    const left = copyOf(result);
    if (isEmpty(left['metadata'])) delete left['metadata'];
    if (isEmpty(left['status'])) delete left['status'];
    result = left;
  }
  return result;
}

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || value === '' || (isJsonObject(value) && presentKeys(value).length === 0);
}
