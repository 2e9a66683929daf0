// What rules may cost, what they hold for besides objects, and which expressions are none: definitions, accepted or refused.

import type { Json } from './case.js';
import type { Scenario, ScenarioStep } from './scenario.js';
import { post } from './scenario.js';

type JsonMap = { readonly [key: string]: Json };

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All';
const TEXT = { type: 'string' };
const NUMBER = { type: 'integer' };

function definition(schema: JsonMap): ScenarioStep {
  const spec = {
    group: '{ns}.{group}',
    scope: 'Namespaced',
    names: { plural: 'limits', kind: 'Limit' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { spec: schema } } } }],
  };
  const metadata = { name: 'limits.{ns}.{group}' };
  return post(DEFINITIONS, { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata, spec });
}

const rules = (...texts: readonly string[]): JsonMap => ({ 'x-kubernetes-validations': texts.map((rule) => ({ rule })) });
const list = (rule: string, items: JsonMap = NUMBER, most?: number): ScenarioStep =>
  definition({ type: 'array', items, ...(most === undefined ? {} : { maxItems: most }), ...rules(rule) });
const text = (rule: string, longest?: number): ScenarioStep =>
  definition({ ...TEXT, ...(longest === undefined ? {} : { maxLength: longest }), ...rules(rule) });
const sized = (most: number, rule: string): ScenarioStep =>
  definition({
    type: 'object',
    properties: {
      s: TEXT,
      l: { type: 'array', maxItems: most, items: NUMBER },
      m: { type: 'object', maxProperties: most, additionalProperties: { type: 'string', maxLength: 10 } },
      o: { type: 'array', maxItems: most, items: { type: 'object', properties: { n: NUMBER, s: TEXT } } },
    },
    ...rules(rule),
  });
const pattern = (expression: string): ScenarioStep => definition({ ...TEXT, pattern: expression });
const matching = (expression: string): ScenarioStep => text(`self.matches(${JSON.stringify(expression)})`, 10);

const EXPRESSIONS = [
  '^[a-z]+$',
  '(?=a)',
  '(?<!a)b',
  '(a)\\1',
  '[[:alpha:]]\\pL\\z',
  '(?i)a(?P<n>b)',
  'a**',
  'a{1001}',
  '[z-a]',
  '(a',
  'a\\',
  '\\d{2,1}',
];

export const CEL_LIMIT_SCENARIOS: readonly Scenario[] = [
  {
    name: 'refuses rules that may cost too much',
    isIndependent: true,
    steps: [
      list('self.all(x, x > 0)'),
      list('self.all(x, self.all(y, x != y))'),
      list('self.all(x, self.all(y, x != y))', NUMBER, 100),
      list('self.all(x, self.exists_one(y, x == y))', { type: 'string', maxLength: 64 }, 1000),
      list('self.map(x, x + 1).size() > 0'),
      list('self.filter(x, x > 1).size() > 0'),
      list('self.map(x, x > 1, x + 1).all(y, y > 1)'),
      list('self.exists(x, x in self)', NUMBER, 1000),
      list('self.isSorted()', TEXT),
      list('self.join("").contains("xxxxxxxxxxxxxxxxxxxxxxxxxx")', TEXT),
      list('self.distinct().size() > 1'),
      list('sets.intersects(self, self)'),
      list('self.all(x, x.s.matches("^[a-z]+$"))', { type: 'object', properties: { s: { type: 'string', maxLength: 20 } } }, 100),
      text('self.contains(self)'),
      text('self.contains(self)', 1000),
      text('self.split(",").all(x, x.size() > 1)'),
      text('self.replace("a", "bbb").contains("xxxxxxxxxxxxxxxxxxxxxxxx")'),
      text('!format.dns1123Label().validate(self).hasValue()'),
      definition({ type: 'array', items: { type: 'object', properties: { a: { ...TEXT, ...rules('self.matches("^a+$")') } } } }),
      definition({
        type: 'array',
        maxItems: 9,
        items: { type: 'object', properties: { a: { type: 'string', maxLength: 9, ...rules('self.matches("^a+$")') } } },
      }),
      definition({
        ...TEXT,
        'x-kubernetes-validations': [
          { rule: 'self == "a"', messageExpression: '(self + self).replace("a", "bbbbbbbbbb").replace("b", "cccccccccccccccc")' },
        ],
      }),
      sized(2000, 'self.l.all(i, x, self.l.all(j, y, x + y > i + j))'),
      sized(2000, 'self.l.transformList(i, x, i > 0, x + i).all(y, y > 0)'),
      sized(200_000, 'self.o.sortBy(x, x.n)[0].n > 1'),
      sized(200_000, 'self.m.transformMap(k, v, k != "a", v + "x").all(k, k != "a")'),
      sized(9, 'self.?l.optMap(x, x.all(y, y > 1)).orValue(true)'),
    ],
  },
  {
    name: 'holds defaults to rules',
    isIndependent: true,
    steps: [
      definition({ ...NUMBER, default: 0, ...rules('self > 0') }),
      definition({ ...NUMBER, default: 1, ...rules('self > 0') }),
      definition({ ...NUMBER, default: 0, minimum: 1, ...rules('self > 0') }),
      definition({ ...NUMBER, default: 1, 'x-kubernetes-validations': [{ rule: 'oldSelf.hasValue()', optionalOldSelf: true }] }),
      definition({ ...NUMBER, default: 0, 'x-kubernetes-validations': [{ rule: 'self > 0', messageExpression: '"is " + string(self)' }] }),
      definition({
        type: 'object',
        default: { a: 0 },
        properties: { a: NUMBER },
        'x-kubernetes-validations': [{ rule: 'self.a > 0', fieldPath: '.a' }],
      }),
      definition({ type: 'array', default: [1, 0], items: { ...NUMBER, ...rules('self > 0') } }),
      definition({ type: 'object', default: { k: 0 }, additionalProperties: { ...NUMBER, ...rules('self > 0') } }),
      definition({ type: 'array', items: { type: 'object', properties: { x: { ...TEXT, default: 'b', ...rules('self == "a"') } } } }),
      definition({ ...NUMBER, default: 0, ...rules('self.nope > 0') }),
    ],
  },
  {
    name: 'takes rules only outside of the logic of schemas',
    isIndependent: true,
    steps: ['allOf', 'anyOf', 'oneOf']
      .map((key) => definition({ ...TEXT, [key]: [rules('self == "a"')] }))
      .concat(definition({ ...TEXT, not: rules('self == "a"') })),
  },
  { name: 'takes the regular expressions of RE2 for patterns', isIndependent: true, steps: EXPRESSIONS.map(pattern) },
  { name: 'takes the regular expressions of RE2 in rules', isIndependent: true, steps: EXPRESSIONS.map(matching) },
  {
    name: 'evaluates macros and functions of lists',
    isIndependent: true,
    steps: [
      'self.transformList(i, x, x + i) == [3, 2, 4]',
      'self.transformList(i, x, i > 0, x * 2) == [2, 4]',
      'self.transformMap(i, x, x > 1, x + 1) == {0: 4, 2: 3}',
      'self.transformMapEntry(i, x, {x: i}) == {3: 0, 1: 1, 2: 2}',
      'self.transformMapEntry(i, x, {1: i}).size() == 1',
      'self.sortBy(x, -x) == [3, 2, 1]',
      'self.first().value() == 3 && self.last().orValue(0) == 2',
      '[[1], self].flatten() == [1, 3, 1, 2]',
      '[[[1]], [self]].flatten(1).size() == 2',
      'lists.range(3) == [0, 1, 2]',
      'optional.of(self).optMap(x, x.size()).value() == 3 && !optional.none().optMap(x, 1).hasValue()',
      'optional.of(self).optFlatMap(x, x.first()).orValue(0) == 3',
      'optional.unwrap([optional.of(1), optional.none()]) == [1] && [optional.of(2)].unwrapOpt() == [2]',
      '!optional.ofNonZeroValue(0).hasValue() && optional.ofNonZeroValue(self).hasValue()',
      'matches("abc", "b.") && !"abc".matches("^b")',
      'self.first().value() == 4',
      '[?self.first(), 9] == [3, 9] && {?"a": self.last(), ?"b": [].first()} == {"a": 2}',
      'self[?0] == optional.of(3) && self[?9] == optional.none() && optional.of(self) != optional.of([3])',
      'self.all(i, x, i > 1 || x / i > 0)',
      'self.exists(i, x, x / i == 0) || self.exists(i, x, x / i == 1)',
    ].map((rule) => definition({ type: 'array', maxItems: 5, default: [3, 1, 2], items: NUMBER, ...rules(rule) })),
  },
  {
    name: 'knows the macros and functions of Kubernetes, and no others',
    isIndependent: true,
    steps: [
      'lists.range(3).size() == 3',
      '[self.?s].unwrapOpt().size() > 0',
      'optional.unwrap([self.?s]).size() > 0',
      'optional.ofNonZeroValue(self.s).hasValue()',
      'matches(self.s, "a")',
      'self.l.first() > 0',
      'self.?l.optFlatMap(x, x.first()).hasValue()',
      '[self.l].flatten().size() > 1',
      '[self.l].flatten(2).size() > 1',
      'self.m.transformMapEntry(k, v, {v: k}).size() > 1',
      '[?self.?s, "a"].size() > 1 && {?self.s: self.?s}.size() > 0',
      '[?self.s].size() > 0',
      '{?"a": self.s}.size() > 0',
      '["a", ?self.?l].size() > 0',
      '[self.s, 1].size() > 0',
      '"%s %d".format([self.s, 1]) != ""',
      'self.?s == optional.of("a") && self.?l != optional.none()',
      'self.?s == optional.of(1)',
      'optional.of(self.s) == self.s',
      '[self.?s] == [optional.none()]',
    ].map((rule) => sized(9, rule)),
  },
];
