// Against what Kopf 1.45.2 made of the same objects; `tools/kopf-fixtures` made the file.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../model/json.js';
import type { Essence, ObjectBody } from '../model/object.js';
import { buildEssence, cleanEssence, essencesEqual, hashEssence, type EssenceRules } from './essence.js';
import { fieldPath, removeField, resolveField } from './field.js';

interface EssenceFixture {
  readonly body: string;
  readonly extraFields: readonly string[];
  readonly ignoredFields: readonly string[];
  readonly options: { readonly kind: 'annotations' | 'status'; readonly prefix?: string };
  readonly patch: JsonObject;
}

const fixtures = JSON.parse(readFileSync(new URL('../../test/kopf-1.45.2/essences.json', import.meta.url), 'utf8')) as {
  readonly bodies: readonly { readonly name: string; readonly text: string }[];
  readonly essences: readonly EssenceFixture[];
};

function rulesOf({ extraFields, ignoredFields, options: { prefix } }: EssenceFixture): EssenceRules {
  return {
    extraFields: extraFields.map((field) => fieldPath(field)),
    ignoredFields: ignoredFields.map((field) => fieldPath(field)),
    ownsAnnotation: (key) => prefix !== undefined && key.startsWith(`${prefix}/`),
    ownsFields: [['status', 'kopf']],
  };
}

/** The body and the text that Kopf stored for it. */
function read(fixture: EssenceFixture): { readonly body: ObjectBody; readonly essence: Essence } {
  const body = JSON.parse(fixtures.bodies.find(({ name }) => name === fixture.body)?.text ?? '') as ObjectBody;
  const suffix = fixture.body.startsWith('a replica set') ? '-ofDRS' : '';
  const key = 'last-handled-configuration';
  const path =
    fixture.options.kind === 'status'
      ? ['status', 'kopf', key]
      : ['metadata', 'annotations', `${fixture.options.prefix ?? ''}/${key}${suffix}`];
  const text = resolveField(fixture.patch, path).value;
  if (typeof text !== 'string') throw new Error(`nothing is stored at ${path.join('.')}`);
  // What Kopf keeps besides progress in `status.kopf` counts there as a change of the object; here it never does.
  return { body, essence: removeField(JSON.parse(text) as JsonObject, ['status', 'kopf']) };
}

describe.each(fixtures.bodies)('the essence that Kopf stored of $name', ({ name }) => {
  const rows = fixtures.essences
    .filter(({ body }) => body === name)
    .map((fixture) => ({
      fixture,
      title: JSON.stringify({ ...fixture.options, extra: fixture.extraFields, ignored: fixture.ignoredFields }),
    }));

  it.each(rows)('[C-01, C-05, MIG-03] is made here with the same stanzas in the same order: $title', ({ fixture }) => {
    const { body, essence } = read(fixture);
    expect(JSON.stringify(buildEssence(body, rulesOf(fixture)))).toBe(JSON.stringify(essence));
  });

  it.each(rows)('[MIG-07, C-07] is no change of the object, whatever the order of its keys: $title', ({ fixture }) => {
    const { body, essence } = read(fixture);
    const stored = cleanEssence(reversed(essence), rulesOf(fixture));
    const fresh = buildEssence(body, rulesOf(fixture));
    expect(essencesEqual(stored, fresh)).toBe(true);
    expect(hashEssence(stored)).toBe(hashEssence(fresh));
  });
});

it('[ST-46] of integers that JavaScript cannot hold is no change of the object, though both were rounded', () => {
  const fixture = fixtures.essences.find(({ body }) => body === 'beyond the integers of JavaScript');
  if (fixture === undefined) throw new Error('no such fixture');
  const { body, essence } = read(fixture);
  expect(JSON.stringify(fixture.patch)).toContain('9007199254740993');
  expect(essencesEqual(essence, buildEssence(body, rulesOf(fixture)))).toBe(true);
});

/** The same mappings, with their keys the other way round. */
function reversed<T extends Json | undefined>(value: T): T {
  if (Array.isArray(value)) return value.map((item: Json) => reversed(item)) as unknown as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item as Json)]),
  ) as T;
}
