import { describe, expect, it } from 'vitest';
import type { Resource } from '../model/resource.js';
import { EVERYTHING, type Selector, type SelectorInput } from '../model/selector.js';
import { isSpecific, matchesResource, parseSelector, resolveSelectors, selectorsEqual, selectorText } from './selector.js';
import { resource as typedResource } from './typed-resource.js';

function kind(changes: Partial<Resource> = {}): Resource {
  return {
    group: 'kopf.dev',
    version: 'v1',
    plural: 'kopfexamples',
    kind: 'KopfExample',
    singular: 'kopfexample',
    shortNames: ['kex'],
    categories: ['all'],
    subresources: ['status'],
    namespaced: true,
    preferred: true,
    verbs: ['list', 'watch', 'patch'],
    ...changes,
  };
}

const pods = kind({ group: '', plural: 'pods', kind: 'Pod', singular: 'pod', shortNames: ['po'] });
const podMetrics = kind({ group: 'metrics.k8s.io', version: 'v1beta1', plural: 'pods', kind: 'PodMetrics', singular: '', shortNames: [] });
const events = kind({ group: '', plural: 'events', kind: 'Event', singular: 'event', shortNames: ['ev'] });
const example = kind();

const isBeta = (resource: Resource) => resource.version.includes('beta');

describe('parseSelector', () => {
  it.each<[title: string, row: { input: SelectorInput; by: string; name?: string; group?: string; version?: string }]>([
    ['[S-01] reads kopfexamples', { input: 'kopfexamples', by: 'name', name: 'kopfexamples' }],
    ['[S-01] reads kopfexamples.kopf.dev', { input: 'kopfexamples.kopf.dev', by: 'name', name: 'kopfexamples', group: 'kopf.dev' }],
    ['[S-01] reads pods.v1', { input: 'pods.v1', by: 'name', name: 'pods', version: 'v1' }],
    [
      '[S-01] reads kopfexamples.v1beta1.kopf.dev',
      { input: 'kopfexamples.v1beta1.kopf.dev', by: 'name', name: 'kopfexamples', version: 'v1beta1', group: 'kopf.dev' },
    ],
    [
      '[S-01] reads kopfexamples.v1.kopf.dev',
      { input: 'kopfexamples.v1.kopf.dev', by: 'name', name: 'kopfexamples', version: 'v1', group: 'kopf.dev' },
    ],
    [
      '[S-01] reads kopfexamples.v1gamma.dev',
      { input: 'kopfexamples.v1gamma.dev', by: 'name', name: 'kopfexamples', group: 'v1gamma.dev' },
    ],
    [
      '[S-02] reads kopf.dev/v1/kopfexamples',
      { input: 'kopf.dev/v1/kopfexamples', by: 'name', name: 'kopfexamples', version: 'v1', group: 'kopf.dev' },
    ],
    ['[S-02] reads kopf.dev/kopfexamples', { input: 'kopf.dev/kopfexamples', by: 'name', name: 'kopfexamples', group: 'kopf.dev' }],
    ['[S-02] reads v1/pods', { input: 'v1/pods', by: 'name', name: 'pods', version: 'v1', group: '' }],
    ['[S-03] reads /v1/pods', { input: '/v1/pods', by: 'name', name: 'pods', version: 'v1', group: '' }],
    ['[S-01] reads EVERYTHING', { input: EVERYTHING, by: 'everything' }],
    [
      "[S-04] reads { group: 'kopf.dev', version: 'v1', name: EVERYTHING }",
      { input: { group: 'kopf.dev', version: 'v1', name: EVERYTHING }, by: 'everything', group: 'kopf.dev', version: 'v1' },
    ],
    ["[S-05] reads { kind: 'Pod' }", { input: { kind: 'Pod' }, by: 'kind', name: 'Pod' }],
    ["[S-05] reads { group: '', plural: 'pods' }", { input: { group: '', plural: 'pods' }, by: 'plural', name: 'pods', group: '' }],
    [
      "[S-05] reads { category: 'all', version: 'v1' }",
      { input: { category: 'all', version: 'v1' }, by: 'category', name: 'all', version: 'v1' },
    ],
    ["[S-06] reads { name: 'kex' }", { input: { name: 'kex' }, by: 'name', name: 'kex' }],
  ])('%s', (_, { input, by, name, group, version }) => {
    expect(parseSelector(input)).toEqual({ by, ...(name === undefined ? {} : { name }), group, version });
  });

  it('[S-01] [S-07] takes a predicate, also within a group', () => {
    expect(parseSelector(isBeta)).toEqual({ by: 'predicate', predicate: isBeta, group: undefined, version: undefined });
    expect(parseSelector({ group: 'kopf.dev', name: isBeta })).toMatchObject({ by: 'predicate', group: 'kopf.dev' });
  });

  it('reads a typed resource, which has several names, by its plural', () => {
    const selector = parseSelector(typedResource({ group: 'kopf.dev', version: 'v1', plural: 'kopfexamples', kind: 'KopfExample' }));
    expect(selector).toEqual({ by: 'plural', name: 'kopfexamples', group: 'kopf.dev', version: 'v1' });
  });

  it.each([
    ['[S-10] refuses it when there are more than three parts', { input: 'a/v1/b/c' }],
    ['[S-11] refuses it when the kind is named twice', { input: { kind: 'Pod', plural: 'pods' } }],
    ['[S-12] refuses it when no kind is named', { input: { group: 'kopf.dev' } }],
    ['[S-12] refuses it when it is empty', { input: {} }],
    ['[S-13] refuses it when the name is empty', { input: '' }],
    ['[S-13] refuses it when a criterion is empty', { input: { kind: '' } }],
    ['[S-13] refuses it when the name after the group is empty', { input: 'kopf.dev/v1/' }],
    ['[S-13] refuses it when the group is empty text', { input: 'pods.' }],
    ['[S-14] refuses it when a predicate comes with a name', { input: { name: isBeta, kind: 'Pod' } }],
    ['[S-12] refuses it when a criterion is misspelt', { input: { knd: 'Pod' } }],
    ['[S-12] refuses it when it is a number', { input: 5 }],
    ['[S-12] refuses it when it is null', { input: null }],
    ['[S-12] refuses it when it is a list', { input: ['pods'] }],
    ['[S-05] refuses it when a criterion is no text', { input: { kind: 5 } }],
    ['[S-05] refuses it when the group is no text', { input: { group: 5, kind: 'Pod' } }],
  ])('%s', (_, { input }) => {
    expect(() => parseSelector(input as SelectorInput)).toThrow(expect.objectContaining({ code: 'KOPF_INVALID_SELECTOR' }));
  });
});

describe('selectors', () => {
  it.each<{ input: SelectorInput; text: string }>([
    { input: 'kopfexamples.v1.kopf.dev', text: 'kopfexamples.v1.kopf.dev' },
    { input: 'v1/pods', text: 'pods.v1' },
    { input: { kind: 'Pod' }, text: 'kind=Pod' },
    { input: EVERYTHING, text: 'everything' },
    { input: { group: '', name: EVERYTHING }, text: 'everything in the core API' },
    { input: isBeta, text: 'the predicate isBeta' },
  ])('have the text $text', ({ input, text }) => {
    expect(selectorText(parseSelector(input))).toBe(text);
  });

  it.each<{ a: SelectorInput; b: SelectorInput; equal: boolean }>([
    { a: 'kopfexamples.v1.kopf.dev', b: 'kopf.dev/v1/kopfexamples', equal: true },
    { a: 'kopfexamples', b: { plural: 'kopfexamples' }, equal: false },
    { a: 'pods', b: 'v1/pods', equal: false },
    { a: EVERYTHING, b: EVERYTHING, equal: true },
    { a: EVERYTHING, b: isBeta, equal: false },
    { a: isBeta, b: isBeta, equal: true },
    { a: isBeta, b: () => true, equal: false },
  ])('are equal: $equal', ({ a, b, equal }) => {
    expect(selectorsEqual(parseSelector(a), parseSelector(b))).toBe(equal);
    expect(selectorsEqual(parseSelector(b), parseSelector(a))).toBe(equal);
  });

  it.each<{ input: SelectorInput; specific: boolean }>([
    { input: 'pods', specific: true },
    { input: { shortcut: 'po' }, specific: true },
    { input: { category: 'all' }, specific: false },
    { input: EVERYTHING, specific: false },
    { input: isBeta, specific: false },
  ])('[S-22] are specific: $specific', ({ input, specific }) => {
    expect(isSpecific(parseSelector(input))).toBe(specific);
  });
});

describe('matchesResource', () => {
  const old = kind({ version: 'v1beta1', preferred: false });
  it.each<[title: string, row: { input: SelectorInput; resource: Resource; matched: boolean }]>([
    ['[S-06] says true when the plural is given', { input: 'kopfexamples', resource: example, matched: true }],
    ['[S-06] says true when the kind is given', { input: 'KopfExample', resource: example, matched: true }],
    ['[S-06] says true when the singular is given', { input: 'kopfexample', resource: example, matched: true }],
    ['[S-06] says true when a short name is given', { input: 'kex', resource: example, matched: true }],
    ['[S-06] says false when only a category has this name', { input: 'all', resource: example, matched: false }],
    ['[S-05] says true when the category is asked for', { input: { category: 'all' }, resource: example, matched: true }],
    ['[S-05] says true when the short name is asked for', { input: { shortcut: 'kex' }, resource: example, matched: true }],
    ['[S-05] says true when the singular is asked for', { input: { singular: 'kopfexample' }, resource: example, matched: true }],
    ['[S-05] says false when the plural is no kind', { input: { kind: 'kopfexamples' }, resource: example, matched: false }],
    ['[S-02] says true when the group is right', { input: 'kopfexamples.kopf.dev', resource: example, matched: true }],
    ['[S-02] says false when the group is wrong', { input: 'kopfexamples.example.com', resource: example, matched: false }],
    ['[S-03] says false when the core API is asked for', { input: 'v1/kopfexamples', resource: example, matched: false }],
    ['[S-20] says false when the version is not preferred', { input: 'kopfexamples', resource: old, matched: false }],
    ['[S-20] says true when the version is asked for', { input: 'kopfexamples.v1beta1.kopf.dev', resource: old, matched: true }],
    ['[S-20] says true when a predicate takes any version', { input: isBeta, resource: old, matched: true }],
    ['[S-20] says false when a predicate says no', { input: isBeta, resource: example, matched: false }],
    ['[S-21] says true when everything is asked for', { input: EVERYTHING, resource: example, matched: true }],
    ['[S-21] says false when everything is asked for: no events', { input: EVERYTHING, resource: events, matched: false }],
    [
      '[S-21] says false when everything: no new events',
      { input: EVERYTHING, resource: { ...events, group: 'events.k8s.io' }, matched: false },
    ],
    ['[S-21] says false when a predicate takes all: no events', { input: () => true, resource: events, matched: false }],
    ['[S-21] says true when events are named', { input: 'events', resource: events, matched: true }],
  ])('%s', (_, { input, resource, matched }) => {
    expect(matchesResource(parseSelector(input), resource)).toBe(matched);
  });
});

describe('resolveSelectors', () => {
  const parse = (...inputs: SelectorInput[]): Selector[] => inputs.map(parseSelector);

  it('serves each kind once, with the selectors that led there', () => {
    const [first, second] = parse('kopfexamples', EVERYTHING);
    const { served, unresolved, ambiguous, refused } = resolveSelectors([first, second] as Selector[], [example, pods]);
    expect([...served.keys()]).toEqual(['kopfexamples.v1.kopf.dev', 'pods.v1']);
    expect(served.get('kopfexamples.v1.kopf.dev')?.selectors).toEqual([first, second]);
    expect(served.get('pods.v1')?.selectors).toEqual([second]);
    expect([unresolved, ambiguous, refused]).toEqual([[], [], []]);
  });

  it('keeps equal selectors of several handlers', () => {
    const selectors = parse('kopfexamples', 'kopfexamples');
    expect(resolveSelectors(selectors, [example]).served.get('kopfexamples.v1.kopf.dev')?.selectors).toEqual(selectors);
  });

  it('[S-23] prefers the core API', () => {
    const { served, ambiguous } = resolveSelectors(parse('pods'), [podMetrics, pods]);
    expect([...served.keys()]).toEqual(['pods.v1']);
    expect(ambiguous).toEqual([]);
  });

  it('[S-23] does not prefer the core API for categories', () => {
    expect(resolveSelectors(parse({ category: 'all' }), [podMetrics, pods]).served.size).toBe(2);
  });

  it('[S-24] serves none of several kinds with one name, and names them', () => {
    const other = kind({ group: 'example.com' });
    const selectors = parse('kopfexamples');
    const { served, ambiguous } = resolveSelectors(selectors, [example, other]);
    expect(served.size).toBe(0);
    expect(ambiguous).toEqual([{ selector: selectors[0], resources: [example, other] }]);
  });

  it('[S-25] tells once which selectors match nothing', () => {
    const selectors = parse('nothing', 'nothing', 'kopfexamples');
    expect(resolveSelectors(selectors, [example]).unresolved).toEqual([selectors[0]]);
  });

  it.each(['list', 'watch'])('[S-26] refuses kinds without the verb %s', (verb) => {
    const resource = kind({ verbs: example.verbs.filter((one) => one !== verb) });
    const { served, refused } = resolveSelectors(parse('kopfexamples'), [resource]);
    expect(served.size).toBe(0);
    expect(refused).toMatchObject([{ resource, missingVerb: verb }]);
  });

  it.each([
    ['[S-27] serves 0 kinds without the verb patch when its handlers patch', { options: { patching: parse('kopfexamples') }, served: 0 }],
    [
      '[S-28] serves 1 kinds without the verb patch when only handlers of other kinds patch',
      { options: { patching: parse('pods') }, served: 1 },
    ],
    ['[S-27] serves 1 kinds without the verb patch when nobody patches', { options: {}, served: 1 }],
  ])('%s', (_, { options, served }) => {
    const resource = kind({ verbs: ['list', 'watch'] });
    expect(resolveSelectors(parse('kopfexamples'), [resource], options).served.size).toBe(served);
  });

  it.each([
    { verbs: ['delete', 'deletecollection', 'get', 'list', 'watch'], served: 1, which: 'a kind whose definition is being deleted' },
    { verbs: ['get', 'list', 'watch'], served: 0, which: 'a kind that can only be read' },
    { verbs: ['delete', 'get', 'list', 'watch'], served: 0, which: 'a kind whose objects others make, and each can be deleted' },
    {
      verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'watch'],
      served: 0,
      which: 'a kind of which only new objects are made',
    },
    { verbs: ['delete', 'deletecollection', 'get', 'list', 'update', 'watch'], served: 0, which: 'a kind that is only replaced' },
    { verbs: ['delete', 'deletecollection', 'get', 'watch'], served: 0, which: 'a kind that is going and cannot be listed' },
  ])('[S-27, S-33] serves $served of $which, for handlers that patch', ({ verbs, served }) => {
    const selectors = parse('kopfexamples');
    expect(resolveSelectors(selectors, [kind({ verbs })], { patching: selectors }).served.size).toBe(served);
  });
});
