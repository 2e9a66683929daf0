// Definitions of custom resources that come, change and go, and objects of theirs meanwhile.

import type { Json } from '../conformance/case.js';
import type { Dice } from './dice.js';
import type { FuzzRequest, JsonMap } from './request.js';

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const JSON_TYPE = { 'content-type': 'application/json' };
const MERGE = 'application/merge-patch+json';
const NAMES = ['a', 'b', 'c'];
const VERSIONS = ['v1', 'v2'];

interface Where {
  readonly dice: Dice;
  readonly ns: string;
  readonly group: string;
  /** The version that is stored, all the time: objects stay in the version in which they were stored. */
  readonly stored: string;
  /** Of both versions, all the time: what another schema makes of stored objects is not compared. */
  readonly schema: Json;
}

export function definitionEpisode(dice: Dice, { ns, length }: { readonly ns: string; readonly length: number }): readonly FuzzRequest[] {
  const where = { dice, ns, group: `${ns}.fuzz.dev`, stored: dice.pick(VERSIONS), schema: schema(dice) };
  const count = length - 4;
  const rest = Array.from({ length: count }, () =>
    dice.weighted<() => readonly FuzzRequest[]>([
      [1, () => [change(where), look(where)]],
      [9, () => [touch(where)]],
    ])(),
  ).flat();
  const start = [attempt(where), create(where), look(where)];
  return [...start, ...rest.slice(0, count), remove(where)];
}

const named = ({ group }: Where): string => `things.${group}`;

/** Often wrong: nothing is waited for unless it is taken. */
function attempt(where: Where): FuzzRequest {
  const body = definition(where, versions(where, { mayBeWrong: true }));
  return { ...about('create', 'POST', DEFINITIONS, body), path: `${DEFINITIONS}?dryRun=All` };
}

function create(where: Where): FuzzRequest {
  return { ...about('create', 'POST', DEFINITIONS, definition(where, versions(where))), settles: 'definition' };
}

function about(verb: string, method: string, path: string, body?: Json): FuzzRequest {
  const text = body === undefined ? undefined : JSON.stringify(body);
  return { method, path, headers: JSON_TYPE, body: text, verb, resource: 'customresourcedefinitions' };
}

function look(where: Where): FuzzRequest {
  return about('get', 'GET', `${DEFINITIONS}/${named(where)}`);
}

function remove(where: Where): FuzzRequest {
  return { ...about('delete', 'DELETE', `${DEFINITIONS}/${named(where)}`), settles: 'definition' };
}

function change(where: Where): FuzzRequest {
  const { dice } = where;
  const spec = dice.weighted<Json>([
    [6, { versions: versions(where) }],
    [1, { versions: versions(where, { mayBeWrong: true }) }],
    [1, { names: { shortNames: ['th'], categories: ['all'] } }],
    [1, { scope: 'Cluster' }],
  ]);
  const request = about('patch', 'PATCH', `${DEFINITIONS}/${named(where)}`, { spec });
  return { ...request, headers: { 'content-type': MERGE }, settles: 'definition' };
}

function definition(where: Where, list: Json): Json {
  const { dice, group } = where;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: named(where) },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural: 'things', kind: 'Thing', ...(dice.chance(0.3) ? { singular: 'thing', shortNames: ['tg'] } : {}) },
      versions: list,
    },
  };
}

/** Both versions, one of them stored, mostly both served. */
function versions({ dice, stored, schema: ofAll }: Where, { mayBeWrong = false }: { readonly mayBeWrong?: boolean } = {}): Json {
  return VERSIONS.map((name) => ({
    name,
    served: dice.chance(0.9),
    storage: mayBeWrong ? dice.chance(0.5) : name === stored,
    schema: { openAPIV3Schema: ofAll },
    ...(dice.chance(0.5) ? { subresources: subresources(dice) } : {}),
    ...(dice.chance(0.2) ? { additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }] } : {}),
    ...(dice.chance(0.1) ? { deprecated: true } : {}),
  }));
}

function subresources(dice: Dice): JsonMap {
  const scale = { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' };
  return { status: {}, ...(dice.chance(0.3) ? { scale } : {}) };
}

function schema(dice: Dice): Json {
  if (dice.chance(0.15)) return { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const fields: Readonly<Record<string, () => Json>> = {
    size: () => ({ type: 'integer', ...(dice.chance(0.5) ? { default: dice.below(5) } : {}), ...(dice.chance(0.3) ? { maximum: 4 } : {}) }),
    text: () => ({
      type: 'string',
      ...(dice.chance(0.5) ? { default: dice.pick(['x', 'y']) } : {}),
      ...(dice.chance(0.3) ? { enum: ['x', 'y'] } : {}),
    }),
    inner: () => ({
      type: 'object',
      ...(dice.chance(0.5) ? { default: {} } : {}),
      properties: { deep: { type: 'boolean', ...(dice.chance(0.5) ? { default: true } : {}) } },
    }),
    list: () => ({ type: 'array', items: { type: 'object', properties: { a: { type: 'string', default: 'd' }, b: { type: 'integer' } } } }),
    free: () => ({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true }),
    replicas: () => ({ type: 'integer' }),
    maybe: () => ({ type: 'string', nullable: dice.chance(0.5), ...(dice.chance(0.3) ? { default: 'd' } : {}) }),
  };
  const properties = Object.fromEntries(
    Object.entries(fields)
      .filter(() => dice.chance(0.7))
      .map(([key, make]) => [key, make()]),
  );
  const isRequired = dice.chance(0.15);
  const required = isRequired ? { required: ['size'] } : {};
  const spec = { type: 'object', properties, ...required, ...(!isRequired && dice.chance(0.2) ? { default: {} } : {}) };
  return {
    type: 'object',
    properties: { spec, status: { type: 'object', ...(dice.chance(0.5) ? { 'x-kubernetes-preserve-unknown-fields': true } : {}) } },
  };
}

/** An object of the definition, in one of its versions. */
function touch(where: Where): FuzzRequest {
  const { dice, ns, group } = where;
  const version = dice.pick(VERSIONS);
  const name = dice.pick(NAMES);
  const collection = `/apis/${group}/${version}/namespaces/${ns}/things`;
  const body: JsonMap = { apiVersion: `${group}/${version}`, kind: 'Thing', metadata: { name }, ...content(dice) };
  const send = (verb: string, method: string, path: string, more: Partial<FuzzRequest> = {}): FuzzRequest => ({
    method,
    path,
    headers: JSON_TYPE,
    body: undefined,
    verb,
    resource: 'things',
    ...more,
  });
  const below = dice.weighted<string>([
    [6, ''],
    [2, '/status'],
    [1, '/scale'],
  ]);
  const version4 = { resourceVersion: `«rv:things/${name}»` };
  return dice.weighted<() => FuzzRequest>([
    [6, () => send('create', 'POST', collection, { body: JSON.stringify(body) })],
    [
      3,
      () =>
        send('update', 'PUT', `${collection}/${name}${below === '/scale' ? '' : below}`, {
          body: JSON.stringify({ ...body, metadata: { name, ...version4 } }),
        }),
    ],
    [
      5,
      () =>
        send('patch', 'PATCH', `${collection}/${name}${below}`, {
          headers: { 'content-type': MERGE },
          body: JSON.stringify(content(dice)),
        }),
    ],
    [
      2,
      () =>
        send('apply', 'PATCH', `${collection}/${name}?fieldManager=${dice.pick(['one', 'two'])}&force=${dice.pick(['true', 'false'])}`, {
          headers: { 'content-type': 'application/apply-patch+yaml' },
          body: JSON.stringify(body),
        }),
    ],
    [3, () => send('get', 'GET', `${collection}/${name}${below}`)],
    [2, () => send('list', 'GET', collection)],
    [1, () => send('list', 'GET', collection, { headers: { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' } })],
    [1, () => send('delete', 'DELETE', `${collection}/${name}`)],
  ])();
}

function content(dice: Dice): JsonMap {
  const spec = {
    size: dice.pick<Json>([1, 2, 5, 'x', null]),
    text: dice.pick<Json>(['x', 'z', null]),
    inner: dice.pick<Json>([{}, { deep: false }, { odd: 1 }, null]),
    list: dice.pick<Json>([[{}], [{ a: 'x', odd: 1 }], []]),
    free: dice.pick<Json>([{ a: [1] }, {}]),
    replicas: dice.pick<Json>([1, 2, -1]),
    maybe: dice.pick<Json>([null, 'x']),
    unknown: 1,
  };
  const some = Object.fromEntries(Object.entries(spec).filter(() => dice.chance(0.4)));
  return { ...(dice.chance(0.85) ? { spec: some } : {}), ...(dice.chance(0.2) ? { status: { x: 1, replicas: 2 } } : {}) };
}
