import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ABSENT, PRESENT, type MetadataCriteria, type ValueCriterion } from '../model/filter.js';
import type { WhenPredicate } from '../model/handler-function.js';
import type { Json, JsonObject } from '../model/json.js';
import type { ObjectBody } from '../model/object.js';
import type { AnyHandler, ChangeHandler } from './handler-spec.js';
import { matchHandler, prematchHandler, type MatchInput } from './match.js';
import { createRegistry } from './registry.js';

interface Filters {
  readonly labels?: MetadataCriteria;
  readonly annotations?: MetadataCriteria;
  readonly field?: string;
  readonly value?: ValueCriterion | undefined;
  readonly old?: ValueCriterion | undefined;
  readonly new?: ValueCriterion | undefined;
  readonly when?: WhenPredicate;
}

function handler(kind: 'create' | 'update' | 'event' | 'timer', filters: Filters = {}): AnyHandler {
  const kopf = createRegistry();
  const declare = kind === 'timer' ? kopf.timer : kopf.on[kind];
  declare('kopfexamples', filters as object, () => undefined);
  const [made] = kopf.handlers;
  if (!made) throw new Error('nothing was declared');
  return made;
}

function object(metadata: JsonObject = {}, stanzas: JsonObject = {}): ObjectBody {
  return {
    apiVersion: 'kopf.dev/v1',
    kind: 'KopfExample',
    metadata: { name: 'x', uid: 'u', resourceVersion: '1', ...metadata },
    ...stanzas,
  };
}

function seen(input: Partial<MatchInput> = {}): MatchInput {
  return { body: object(), args: () => ({}), ...input };
}

const matched = { matched: true };

describe('metadata criteria', () => {
  const present = () => true;
  it.each<[title: string, row: { criteria: MetadataCriteria; labels?: JsonObject; match: boolean }]>([
    ['[F-04] match without criteria', { criteria: {}, match: true }],
    ['[F-05] match an equal text', { criteria: { a: 'x' }, labels: { a: 'x' }, match: true }],
    ['[F-05] do not match another text', { criteria: { a: 'x' }, labels: { a: 'y' }, match: false }],
    ['[F-05] match presence, also of an empty text', { criteria: { a: PRESENT }, labels: { a: '' }, match: true }],
    ['[F-05] do not match presence of an absent key', { criteria: { a: PRESENT }, labels: { b: '' }, match: false }],
    ['[F-05] match absence', { criteria: { a: ABSENT }, labels: { b: '' }, match: true }],
    ['[F-05] do not match absence of a present key', { criteria: { a: ABSENT }, labels: { a: '' }, match: false }],
    ['[F-07] do not match a text on an absent key', { criteria: { a: '' }, labels: {}, match: false }],
    ['[F-07] do not match anything without labels', { criteria: { a: 'x' }, match: false }],
    ['[F-07] do not match what all objects inherit', { criteria: { ['constructor' as string]: PRESENT }, labels: {}, match: false }],
    ['[F-04] match only if all keys do', { criteria: { a: 'x', b: 'y' }, labels: { a: 'x' }, match: false }],
    ['[F-04] match if all keys do', { criteria: { a: 'x', b: PRESENT }, labels: { a: 'x', b: '' }, match: true }],
    ['[F-06] ask a predicate', { criteria: { a: (value) => String(value).startsWith('x') }, labels: { a: 'xy' }, match: true }],
    ['[F-06] take a falsy answer for no', { criteria: { a: () => 0 }, labels: { a: 'xy' }, match: false }],
    ['[F-06] take a truthy answer for yes', { criteria: { a: () => 'yes' }, match: true }],
  ])('%s', (_, { criteria, labels, match }) => {
    for (const stanza of ['labels', 'annotations'] as const) {
      const body = object(labels ? { [stanza]: labels } : {});
      expect(matchHandler(handler('event', { [stanza]: criteria }), seen({ body })).matched).toBe(match);
    }
  });

  it('[F-06] give a predicate undefined for an absent key, and the arguments', () => {
    const asked: unknown[] = [];
    const note = (value: unknown, args: unknown) => asked.push([value, args]);
    matchHandler(handler('event', { labels: { a: note } }), seen({ args: () => ({ name: 'x' }) }));
    expect(asked).toEqual([[undefined, { name: 'x' }]]);
  });

  it('[F-16] ask a function, also one that has the very keys and values of what is there', () => {
    const asking = (answer: boolean): ValueCriterion => Object.assign(() => answer, { b: 1 });
    const body = object({}, { spec: { a: { b: 1 } } });
    const ask = (answer: boolean) => matchHandler(handler('event', { field: 'spec.a', value: asking(answer) }), seen({ body })).matched;
    expect([ask(false), ask(true)]).toEqual([false, true]);
    const updated = seen({ body, old: { spec: { a: { b: 1 } } }, new: { spec: { a: { b: 2 } } } });
    const before = (answer: boolean) => matchHandler(handler('update', { field: 'spec.a', old: asking(answer) }), updated).matched;
    expect([before(false), before(true)]).toEqual([false, true]);
  });

  it('[V-06] treat what is no mapping as empty', () => {
    expect(matchHandler(handler('event', { labels: { a: ABSENT } }), seen({ body: object({ labels: 'text' }) }))).toEqual(matched);
    expect(matchHandler(handler('event', { labels: { length: present } }), seen({ body: object({ labels: null }) }))).toEqual(matched);
  });

  it('say which key was refused', () => {
    const verdict = matchHandler(handler('event', { labels: { a: 'x' } }), seen({ body: object({ labels: { a: 'y' } }) }));
    expect(verdict).toEqual({ matched: false, filter: 'labels', found: { key: 'a', value: 'y' } });
  });
});

describe('value criteria', () => {
  it.each<[title: string, row: { value?: ValueCriterion; spec: JsonObject; match: boolean }]>([
    ['[F-11] want the field, if nothing else is said', { spec: { a: 1 }, match: true }],
    ['[F-11] do not match an absent field, if nothing else is said', { spec: {}, match: false }],
    ['[F-12] count null as present', { spec: { a: null }, match: true }],
    ['[F-08] match presence', { value: PRESENT, spec: { a: null }, match: true }],
    ['[F-08] match absence', { value: ABSENT, spec: {}, match: true }],
    ['[F-08] do not match absence of null', { value: ABSENT, spec: { a: null }, match: false }],
    ['[F-08] match an equal value in depth', { value: { x: [1, { y: 2 }] }, spec: { a: { x: [1, { y: 2 }] } }, match: true }],
    ['[F-08] do not match another value', { value: 1, spec: { a: 2 }, match: false }],
    ['[F-08] do not match null where there is nothing', { value: null, spec: {}, match: false }],
    ['[F-08] match null', { value: null, spec: { a: null }, match: true }],
    ['[F-19] tell numbers and booleans apart', { value: 1, spec: { a: true }, match: false }],
    ['[F-08] ask a predicate', { value: (value: number) => value > 1, spec: { a: 2 }, match: true }],
    ['[F-13] give a predicate undefined for an absent field', { value: (value: unknown) => value === undefined, spec: {}, match: true }],
  ])('%s', (_, { value, spec, match }) => {
    const filters: Filters = { field: 'spec.a', value };
    const body = object({}, { spec });
    for (const kind of ['event', 'timer'] as const) expect(matchHandler(handler(kind, filters), seen({ body })).matched).toBe(match);
    // Change handlers look at the essences, not at the body.
    const essences = { old: { spec: {} }, new: { spec } };
    expect(matchHandler(handler('create', filters), seen(essences)).matched).toBe(match || (value as unknown) === ABSENT);
  });

  it('[F-12] take a parent that is no mapping for absence', () => {
    expect(matchHandler(handler('event', { field: 'spec.a' }), seen({ body: object({}, { spec: 'text' }) })).matched).toBe(false);
  });

  it.each<[title: string, row: { old: Json; new: Json; match: boolean }]>([
    ['[F-09] match the new side', { old: 0, new: 1, match: true }],
    ['[F-09] match the old side', { old: 1, new: 0, match: true }],
    ['[F-09] match neither', { old: 0, new: 2, match: false }],
  ])('%s', (_, { old, new: fresh, match }) => {
    const input = seen({ old: { spec: { a: old } }, new: { spec: { a: fresh } } });
    expect(matchHandler(handler('create', { field: 'spec.a', value: 1 }), input).matched).toBe(match);
  });

  it('[F-09] ask about the old side only if the new one does not match', () => {
    const asked: unknown[] = [];
    const value = (one: unknown) => asked.push(one) > 0;
    matchHandler(handler('create', { field: 'spec.a', value }), seen({ old: { spec: { a: 'old' } }, new: { spec: { a: 'new' } } }));
    expect(asked).toEqual(['new']);
  });

  it('[F-10] look at the body for other handlers, not at essences', () => {
    const input = seen({ body: object({}, { status: { a: 1 } }), old: {}, new: {} });
    expect(matchHandler(handler('event', { field: 'status.a', value: 1 }), input)).toEqual(matched);
  });
});

describe('change criteria', () => {
  const field = 'spec.a';
  it.each<[title: string, row: { filters?: Filters; old: JsonObject | undefined; new: JsonObject; filter?: string }]>([
    ['[F-14] want a change of the field', { old: { a: 1 }, new: { a: 2 } }],
    ['[F-14] refuse without a change', { old: { a: 1 }, new: { a: 1 }, filter: 'change' }],
    ['[F-14] count arrival as a change', { old: {}, new: { a: 1 } }],
    ['[F-14] count arrival of null as a change', { old: {}, new: { a: null } }],
    ['[F-14] count departure as a change', { old: { a: 1 }, new: {} }],
    ['[F-14] do not compare the order of keys', { old: { a: { x: 1, y: 2 } }, new: { a: { y: 2, x: 1 } }, filter: 'change' }],
    ['[F-15] match old', { filters: { old: 1 }, old: { a: 1 }, new: { a: 2 } }],
    ['[F-15] refuse another old', { filters: { old: 3 }, old: { a: 1 }, new: { a: 2 }, filter: 'old' }],
    ['[F-15] refuse another new', { filters: { new: 3 }, old: { a: 1 }, new: { a: 2 }, filter: 'new' }],
    ['[F-15] want both', { filters: { old: 1, new: 3 }, old: { a: 1 }, new: { a: 2 }, filter: 'new' }],
    ['[F-15] match both', { filters: { old: 1, new: 2 }, old: { a: 1 }, new: { a: 2 } }],
    ['[F-15] match absence on one side', { filters: { old: ABSENT, new: PRESENT }, old: {}, new: { a: 2 } }],
    ['[F-15] match absence without an old essence', { filters: { old: ABSENT }, old: undefined, new: { a: 2 } }],
    ['[F-15] ask predicates', { filters: { new: (value: number) => value > 2 }, old: { a: 1 }, new: { a: 2 }, filter: 'new' }],
    ['[F-13] give predicates undefined', { filters: { old: (value: unknown) => value === undefined }, old: {}, new: { a: 2 } }],
  ])('%s', (_, { filters, old, new: fresh, filter }) => {
    const input = seen({ old: old && { spec: old }, new: { spec: fresh } });
    const verdict = matchHandler(handler('update', { field, ...filters }), input);
    expect(verdict.matched ? undefined : verdict.filter).toBe(filter);
  });

  it('[F-02] do not count for the pre-match', () => {
    const same = seen({ old: { spec: { a: 1 } }, new: { spec: { a: 1 } } });
    expect(prematchHandler(handler('update', { field, old: 5 }), same)).toEqual(matched);
    expect(prematchHandler(handler('update', { field: 'spec.b' }), same).matched).toBe(false);
  });

  it('[F-14] are only for updates', () => {
    const same = seen({ old: { spec: { a: 1 } }, new: { spec: { a: 1 } } });
    expect(matchHandler(handler('create', { field }), same)).toEqual(matched);
    expect(matchHandler({ ...(handler('create', { field }) as ChangeHandler), reason: 'resume' }, same)).toEqual(matched);
  });

  it('[H-21] are not needed without a field', () => {
    expect(matchHandler(handler('update'), seen({ old: {}, new: { spec: 1 } }))).toEqual(matched);
  });
});

describe('filters together', () => {
  it('[F-01] are asked in order, and nobody after the first no', () => {
    const asked: string[] = [];
    const say = (name: string, answer: boolean) => () => {
      asked.push(name);
      return answer;
    };
    const filters = (until: string) => ({
      labels: { a: say('labels', until !== 'labels') },
      annotations: { a: say('annotations', until !== 'annotations') },
      field: 'spec.a',
      new: say('new', until !== 'new'),
      when: say('when', until !== 'when'),
    });
    const input = seen({ old: { spec: { a: 1 } }, new: { spec: { a: 2 } } });
    const order = ['labels', 'annotations', 'new', 'when'];
    for (const [i, until] of order.entries()) {
      asked.length = 0;
      expect(matchHandler(handler('update', filters(until)), input)).toMatchObject({ matched: false, filter: until });
      expect(asked).toEqual(order.slice(0, i + 1));
    }
  });

  it('[F-17] give `when` the arguments, and take truth for yes', () => {
    const when: WhenPredicate = ({ name }) => name as unknown;
    expect(matchHandler(handler('event', { when }), seen({ args: () => ({ name: 'x' }) }))).toEqual(matched);
    expect(matchHandler(handler('event', { when }), seen({ args: () => ({ name: '' }) }))).toEqual({
      matched: false,
      filter: 'when',
      found: '',
    });
  });

  it('[F-03] make the arguments only when needed, and once', () => {
    let made = 0;
    const args = () => ({ n: (made += 1) });
    matchHandler(handler('event', { labels: { a: ABSENT } }), seen({ args }));
    expect(made).toBe(0);
    matchHandler(handler('event', { labels: { a: () => true, b: () => true }, when: () => true }), seen({ args }));
    expect(made).toBe(1);
  });

  it('[H-33] let errors of callbacks through', () => {
    const when = () => {
      throw new Error('boom');
    };
    expect(() => matchHandler(handler('event', { when }), seen())).toThrow('boom');
  });

  it('[F-02] pre-match whatever matches', () => {
    const spec = fc.record({ a: fc.constantFrom<Json>(1, 2, null) }, { requiredKeys: [] });
    const criterion = fc.constantFrom<ValueCriterion | undefined>(undefined, 1, PRESENT, ABSENT);
    fc.assert(
      fc.property(spec, spec, fc.tuple(criterion, criterion), (old, fresh, [was, is]) => {
        const filters: Filters = { field: 'spec.a', old: was, new: is };
        const input = seen({ old: { spec: old }, new: { spec: fresh } });
        const tested = handler('update', filters);
        return !matchHandler(tested, input).matched || prematchHandler(tested, input).matched;
      }),
    );
  });
});
