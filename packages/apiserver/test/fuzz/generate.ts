// Requests, valid and invalid, for one episode: a fresh namespace, two or three kinds, a handful of names.

import type { Json } from '../conformance/case.js';
import { accessEpisode } from './access-requests.js';
import { apply } from './apply-requests.js';
import { brokenText, corrupted, oddMetadata, withNames } from './corrupt.js';
import { definitionEpisode } from './definition-requests.js';
import { Dice } from './dice.js';
import { GROUP, KINDS } from './kinds.js';
import type { Place } from './place.js';
import { bodyFor, collection, objectPath, request, scaleBody, subresource } from './place.js';
import type { FuzzRequest, JsonMap } from './request.js';

const NAMES = ['a', 'b', 'c'];
const MERGE = 'application/merge-patch+json';
const JSON_PATCH = 'application/json-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';

type Verb = 'create' | 'apply' | 'update' | 'patch' | 'delete' | 'deletecollection' | 'get' | 'list' | 'watch' | 'odd';

const VERBS: readonly (readonly [number, Verb])[] = [
  [26, 'create'],
  [14, 'update'],
  [24, 'patch'],
  [10, 'apply'],
  [9, 'delete'],
  [2, 'deletecollection'],
  [8, 'get'],
  [12, 'list'],
  [5, 'watch'],
  [3, 'odd'],
];

export function episode(seed: number, index: number, options: { readonly ns: string; readonly length: number }): readonly FuzzRequest[] {
  const dice = new Dice(seed * 1_000_003 + index);
  if (index % 10 === 3) return accessEpisode(dice, options);
  if (index % 10 === 7) return definitionEpisode(dice, options);
  const kinds = [dice.pick(KINDS), dice.pick(KINDS)];
  const first = kinds.map((of) => firstList({ dice, ns: options.ns, of, name: '' }));
  const rest = Array.from({ length: options.length }, () => {
    const of = dice.pick(kinds);
    const base = dice.weighted<string>([
      [20, dice.pick(NAMES)],
      [1, 'Bad_Name'],
    ]);
    return generate({ dice, ns: options.ns, of, name: of.isNamespaced ? base : `${options.ns}-${base}` });
  });
  return [...first, ...rest].slice(0, options.length);
}

/** Every episode knows a version from before its own writes. */
function firstList(place: Place): FuzzRequest {
  const labels = place.of.isNamespaced ? '' : `?labelSelector=episode%3D${place.ns}`;
  return { ...request(place, { verb: 'list', method: 'GET', path: `${collection(place)}${labels}` }), headers: {} };
}

function generate(place: Place): FuzzRequest {
  const verb = place.dice.weighted(VERBS);
  switch (verb) {
    case 'create':
      return create(place);
    case 'update':
      return update(place);
    case 'patch':
      return patch(place);
    case 'apply':
      return apply(place);
    case 'delete':
      return remove(place);
    case 'deletecollection':
      return request(place, { verb, method: 'DELETE', path: `${collection(place)}?${query(place, deleteQuery, selectors(place))}` });
    case 'get':
      return request(place, { verb, method: 'GET', path: `${objectPath(place)}${subresource(place)}?${query(place, getQuery, '')}` });
    case 'list':
      return request(place, { verb, method: 'GET', path: `${collection(place)}?${query(place, listQuery, selectors(place))}` });
    case 'watch':
      return watch(place);
    case 'odd':
      return odd(place);
  }
}

type QueryPart = (place: Place) => string;

function query(place: Place, part: QueryPart, always: string): string {
  return [always, place.dice.chance(0.35) ? part(place) : ''].filter((text) => text !== '').join('&');
}

const writeQuery: QueryPart = ({ dice }) =>
  dice.pick([
    'dryRun=All',
    'dryRun=All&dryRun=All',
    'dryRun=Some',
    'fieldValidation=Strict',
    'fieldValidation=Ignore',
    'fieldValidation=Warn',
    'fieldValidation=Odd',
    `fieldManager=${'x'.repeat(129)}`,
    'pretty=true',
    'dryRun=All&fieldValidation=Strict',
    'force=true',
    'unknown=1',
  ]);

const deleteQuery: QueryPart = ({ dice }) =>
  dice.pick([
    'propagationPolicy=Foreground',
    'propagationPolicy=Background',
    'propagationPolicy=Orphan',
    'propagationPolicy=Odd',
    'gracePeriodSeconds=0',
    'gracePeriodSeconds=5',
    'gracePeriodSeconds=x',
    'gracePeriodSeconds=-1',
    'dryRun=All',
    'orphanDependents=true',
    'orphanDependents=false',
    'orphanDependents=true&propagationPolicy=Orphan',
  ]);

const getQuery: QueryPart = ({ dice, of, name }) =>
  dice.pick([
    'resourceVersion=0',
    `resourceVersion=«rv:${of.plural}/${name}»`,
    'resourceVersion=abc',
    'resourceVersion=99999999',
    'pretty=1',
    'unknown=1',
  ]);

const listQuery: QueryPart = (place) => {
  const { dice, of } = place;
  const version = dice.pick(['', '0', `«list:${of.plural}»`, `«rv:${of.plural}/${place.name}»`, 'abc', '99999999', '-1']);
  const match = dice.pick(['', 'Exact', 'NotOlderThan', 'Odd']);
  const parts = [
    dice.chance(0.5) ? `limit=${dice.pick(['1', '2', '0', '-1', 'x', '500'])}` : '',
    dice.chance(0.4) ? `resourceVersion=${version}` : '',
    dice.chance(0.25) ? `resourceVersionMatch=${match}` : '',
    dice.chance(0.25) ? `continue=${dice.pick([`«continue:${of.plural}»`, 'odd', 'e30', 'eyJ2IjoibWV0YS5rOHMuaW8vdjEifQ'])}` : '',
    dice.chance(0.1) ? 'sendInitialEvents=true' : '',
    dice.chance(0.1) ? 'timeoutSeconds=5' : '',
  ];
  return parts.filter((part) => part !== '').join('&');
};

const LABEL_SELECTORS = [
  'tier=gold',
  'tier!=gold',
  'tier in (gold,lead)',
  'tier notin (gold)',
  'tier',
  '!tier',
  'a=b,tier',
  'tier in ()',
  'tier in (gold',
  '=x',
  'a>1',
  'a<x',
  'a b',
  'bad key=',
  'a=bad!',
  ',',
  'a,',
  'a==b',
  'a in (b,)',
  '!',
  '! a',
  'a=!b',
  'a notin(b)',
];

function selectors({ dice, of, ns }: Place): string {
  const parts: string[] = [];
  const label = dice.chance(0.35) ? dice.pick(LABEL_SELECTORS) : '';
  // Others share the kinds without a namespace: only our own objects are asked for.
  const labels = of.isNamespaced ? label : [`episode=${ns}`, ...(label === '' ? [] : [label])].join(',');
  if (labels !== '') parts.push(`labelSelector=${encodeURIComponent(labels)}`);
  if (dice.chance(0.15)) {
    const field = dice.weighted<string>([
      [8, dice.pick(of.fields)],
      [1, 'spec.odd'],
      [1, ''],
    ]);
    const text = `${field}${dice.pick(['=', '==', '!=', '', '>'])}${dice.pick(['a', 'red', '', '2', 'Normal', 'x\\,y', 'x,y'])}`;
    parts.push(`fieldSelector=${encodeURIComponent(text)}`);
  }
  return parts.join('&');
}

function textOf(place: Place, body: Json): string {
  const { dice, of } = place;
  // What has no namespace is seen by others, so it must not lose its label.
  const sent = of.isNamespaced && dice.chance(0.12) ? corrupted(dice, body) : body;
  const text = JSON.stringify(sent);
  return dice.chance(0.03) ? brokenText(dice, text) : text;
}

function contentType({ dice }: Place): string {
  return dice.weighted<string>([
    [40, 'application/json'],
    [1, 'application/yaml'],
    [1, 'text/plain'],
    [1, 'application/json; charset=utf-8'],
  ]);
}

function create(place: Place): FuzzRequest {
  const { dice } = place;
  const body = bodyFor(place);
  const metadata = body['metadata'] as JsonMap;
  const named = dice.chance(0.04)
    ? {
        ...metadata,
        name: dice.pick<Json>(['', null, 'x'.repeat(254), 'a.b', 'a/b', 3]),
        generateName: dice.pick(['gen-', '', 'Bad_Gen-']),
      }
    : metadata;
  const path = `${collection(place)}?${query(place, writeQuery, '')}`;
  return request(place, {
    verb: 'create',
    method: 'POST',
    path,
    body: textOf(place, { ...body, metadata: named }),
    contentType: contentType(place),
  });
}

function update(place: Place): FuzzRequest {
  const { dice, of, name } = place;
  const body = bodyFor(place);
  const version = dice.weighted<JsonMap>([
    [6, { resourceVersion: '«rv:PLURAL/NAME»' }],
    [1, {}],
    [1, { resourceVersion: '«old:PLURAL/NAME»' }],
  ]);
  const metadata = { ...(body['metadata'] as JsonMap), ...withNames(version, { plural: of.plural, name }) };
  const below = subresource(place);
  const path = `${objectPath(place)}${below}?${query(place, writeQuery, '')}`;
  const sent = below === '/scale' ? scaleBody(place, metadata) : { ...body, metadata };
  return request(place, { verb: 'update', method: 'PUT', path, body: textOf(place, sent), contentType: contentType(place) });
}

function patch(place: Place): FuzzRequest {
  const { dice } = place;
  const type = dice.weighted<string>([
    [10, MERGE],
    [6, JSON_PATCH],
    [5, STRATEGIC],
    [1, 'application/json'],
  ]);
  const body = type === JSON_PATCH ? operations(place) : mergeBody(place, type === STRATEGIC);
  const path = `${objectPath(place)}${subresource(place)}?${query(place, writeQuery, '')}`;
  const text = JSON.stringify(body);
  return request(place, {
    verb: 'patch',
    method: 'PATCH',
    path,
    body: dice.chance(0.03) ? brokenText(dice, text) : text,
    contentType: type,
  });
}

function mergeBody(place: Place, isStrategic: boolean): Json {
  const { dice, of, name } = place;
  const parts: JsonMap[] = [];
  if (dice.chance(0.6)) parts.push(of.body(dice));
  if (dice.chance(0.5) || parts.length === 0) parts.push({ metadata: oddMetadata(dice, { plural: of.plural, name }) });
  if (dice.chance(0.1))
    parts.push({ [dice.pick(['spec', 'data', 'status', 'unknown', 'kind', 'apiVersion'])]: dice.pick<Json>([null, {}, 'x', 1, []]) });
  if (isStrategic && dice.chance(0.2))
    parts.push(
      dice.pick<JsonMap>([
        { $patch: 'replace' },
        { $patch: 'delete' },
        { metadata: { '$deleteFromPrimitiveList/finalizers': ['x.y/z'] } },
        { $patch: 'odd' },
      ]),
    );
  return keepsLabel(place, Object.assign({}, ...parts) as JsonMap);
}

/** A patch must not take the label away by which objects without a namespace are found. */
function keepsLabel({ of, ns }: Place, patch: JsonMap): JsonMap {
  const metadata = patch['metadata'] as JsonMap | undefined;
  if (of.isNamespaced || metadata === undefined || !('labels' in metadata)) return patch;
  return { ...patch, metadata: { ...metadata, labels: { episode: ns } } };
}

const PATHS = [
  '/metadata/labels',
  '/metadata/labels/tier',
  '/metadata/annotations',
  '/metadata/finalizers',
  '/metadata/finalizers/0',
  '/metadata/finalizers/-',
  '/spec',
  '/spec/size',
  '/spec/parts/0',
  '/spec/parts/-',
  '/data',
  '/data/k',
  '/status',
  '/status/x',
  '/metadata/name',
  '/metadata/uid',
  '/metadata/resourceVersion',
  '/kind',
  '/apiVersion',
  '',
  '/',
  '/a~1b',
  'bad',
  '/metadata/generation',
  '/spec/replicas',
  '/type',
];

function operations(place: Place): Json {
  const { dice, of, name } = place;
  const paths = of.isNamespaced ? PATHS : PATHS.filter((path) => !path.startsWith('/metadata/labels') && path !== '');
  const one = (): JsonMap => {
    const op = dice.weighted<string>([
      [6, 'add'],
      [4, 'replace'],
      [4, 'remove'],
      [4, 'test'],
      [1, 'copy'],
      [1, 'move'],
      [1, 'odd'],
    ]);
    const value = dice.pick<Json>([
      null,
      1,
      'x',
      {},
      [],
      ['x.y/z'],
      { a: 'b' },
      { size: 2 },
      '«uid:PLURAL/NAME»',
      '«rv:PLURAL/NAME»',
      true,
    ]);
    const from = op === 'copy' || op === 'move' ? { from: dice.pick(paths) } : {};
    return withNames(
      { op, path: dice.pick(paths), ...from, ...(dice.chance(0.9) && op !== 'remove' ? { value } : {}) },
      { plural: of.plural, name },
    );
  };
  return Array.from({ length: dice.pick([1, 1, 2, 3, 0]) }, one);
}

function remove(place: Place): FuzzRequest {
  const { dice, of, name } = place;
  const options = dice.weighted<Json | undefined>([
    [8, undefined],
    [1, { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: dice.pick(['Foreground', 'Background', 'Orphan', 'Odd']) }],
    [1, { preconditions: { uid: dice.pick(['«uid:PLURAL/NAME»', 'x']) } }],
    [1, { preconditions: { resourceVersion: dice.pick(['«rv:PLURAL/NAME»', '«old:PLURAL/NAME»', 'x']) } }],
    [1, { gracePeriodSeconds: dice.pick<Json>([0, 5, -1, 'x', null]) }],
    [1, { dryRun: dice.pick<Json>([['All'], ['Odd'], []]) }],
    [1, { orphanDependents: dice.chance(0.5) }],
    [1, { kind: dice.pick(['DeleteOptions', 'Odd', of.kind]), apiVersion: dice.pick(['v1', of.apiVersion, 'odd/v1']) }],
    [1, { unknown: 1 }],
  ]);
  const body = options === undefined ? undefined : JSON.stringify(withNames(options, { plural: of.plural, name }));
  const text = body !== undefined && dice.chance(0.03) ? brokenText(dice, body) : body;
  return request(place, { verb: 'delete', method: 'DELETE', path: `${objectPath(place)}?${query(place, deleteQuery, '')}`, body: text });
}

function watch(place: Place): FuzzRequest {
  const { dice, of } = place;
  const from = dice.weighted<string>([
    [6, `resourceVersion=«seen:${of.plural}/${place.name}»`],
    [3, `resourceVersion=«seen:${of.plural}/»`],
    [2, 'resourceVersion=0'],
    [2, ''],
    [1, 'resourceVersion=abc'],
    [2, 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'],
    [1, 'sendInitialEvents=true'],
    [1, 'resourceVersionMatch=NotOlderThan'],
    [1, 'sendInitialEvents=false&resourceVersionMatch=NotOlderThan'],
  ]);
  const match = dice.chance(0.1) ? `resourceVersionMatch=${dice.pick(['Exact', 'NotOlderThan', 'Odd', ''])}` : '';
  const bookmarks = from.includes('«') && dice.chance(0.15) ? 'allowWatchBookmarks=true' : '';
  const initial = dice.chance(0.08) ? `sendInitialEvents=${dice.pick(['true', 'false', 'odd'])}` : '';
  const parts = ['watch=1', from, match, bookmarks, initial, selectors(place)].filter((part) => part !== '');
  return request(place, { verb: 'watch', method: 'GET', path: `${collection(place)}?${parts.join('&')}` });
}

function odd(place: Place): FuzzRequest {
  const { dice, ns } = place;
  const path = dice.pick([
    objectPath(place),
    collection(place),
    `${objectPath(place)}/status`,
    `${objectPath(place)}/odd`,
    `${objectPath(place)}/scale`,
    '/api/v1/odd',
    `/apis/${GROUP}/v9/samples`,
    `/apis/${GROUP}/v1/namespaces/${ns}/odd`,
    '/apis/odd.group/v1/x',
    '/odd',
    `${collection(place)}/`,
    `/api/v1/namespaces/${ns}/odd/a`,
    `/apis/apps/v1/namespaces/${ns}/configmaps`,
  ]);
  const method = dice.pick(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']);
  const hasBody = method === 'POST' || method === 'PUT' || method === 'PATCH';
  // Of what is not in a namespace of the episode only its own is listed, and nothing is deleted.
  const isCollection = [place.of.plural, `${place.of.plural}/`].some((end) => path.endsWith(end));
  const isListed = isCollection && !place.of.isNamespaced && (method === 'GET' || method === 'HEAD');
  const selected = isListed ? `?labelSelector=episode%3D${ns}` : method === 'DELETE' && isCollection ? '?labelSelector=none' : '';
  return request(place, {
    verb: 'odd',
    method,
    path: path + selected,
    ...(hasBody ? { body: '{}', contentType: method === 'PATCH' ? MERGE : 'application/json' } : {}),
  });
}
