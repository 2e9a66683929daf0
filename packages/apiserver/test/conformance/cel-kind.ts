import type { Json } from './case.js';

interface Schema {
  readonly [key: string]: Json;
}
const rule = (text: string, more: Schema = {}): Json => ({ rule: text, ...more });
const text = (...rules: readonly string[]): Schema => ({
  type: 'string',
  maxLength: 64,
  'x-kubernetes-validations': rules.map((one) => rule(one)),
});
const number = (...rules: readonly Json[]): Schema => ({ type: 'integer', 'x-kubernetes-validations': rules });
const list = (items: Json, ...rules: readonly string[]): Schema => ({
  type: 'array',
  maxItems: 8,
  items,
  'x-kubernetes-validations': rules.map((one) => rule(one)),
});
const word: Schema = { type: 'string', maxLength: 64 };
const object = (properties: Schema, ...rules: readonly Json[]): Schema => ({
  type: 'object',
  properties,
  ...(rules.length === 0 ? {} : { 'x-kubernetes-validations': rules }),
});

/** What rules say: messages, places, reasons. */
const told: Schema = {
  plain: number(rule('self > 1')),
  message: number(rule('self > 1', { message: ' must be more than one ' })),
  expression: number(rule('self > 1', { messageExpression: '"must not be " + (self == 1 ? "one" : "small")', message: 'unused' })),
  failing: number(rule('self > 1', { messageExpression: '["a"][self]', message: 'the message instead' })),
  blank: number(rule('self > 1', { messageExpression: '" "' })),
  forbidden: number(rule('self > 1', { reason: 'FieldValueForbidden', message: 'no' })),
  required: number(rule('self > 1', { reason: 'FieldValueRequired', message: 'no' })),
  duplicate: number(rule('self > 1', { reason: 'FieldValueDuplicate', message: 'no' })),
  both: number(rule('self > 1', { message: 'more' }), rule('self % 2 == 0', { message: 'even' })),
  range: object(
    { low: { type: 'integer' }, high: { type: 'integer' } },
    rule('!has(self.low) || !has(self.high) || self.low <= self.high', { message: 'low above high', fieldPath: '.low' }),
  ),
  missing: object({ a: { type: 'integer' } }, rule('self.a > 0')),
  zero: number(rule('10 / self > 0')),
  index: list({ type: 'integer' }, 'self[1] > 0'),
  overflow: number(rule('self + 9223372036854775807 > 0')),
};

/** Where rules are. */
const nested: Schema = {
  items: list({ ...object({ n: { type: 'integer' } }, rule('self.n > 0', { message: 'positive' })) }),
  map: { type: 'object', maxProperties: 8, additionalProperties: number(rule('self > 0', { message: 'positive' })) },
  entries: {
    type: 'object',
    maxProperties: 8,
    additionalProperties: { type: 'integer' },
    'x-kubernetes-validations': [rule('self.all(k, k.startsWith("a") && self[k] > 0)')],
  },
  names: object(
    { 'a-b': { type: 'integer' }, namespace: { type: 'integer' }, 'x.y/z': { type: 'integer' } },
    rule('!has(self.a__dash__b) || self.a__dash__b > 0'),
    rule('!has(self.__namespace__) || self.__namespace__ > 0'),
    rule('!has(self.x__dot__y__slash__z) || self.x__dot__y__slash__z > 0'),
  ),
  either: { 'x-kubernetes-int-or-string': true, 'x-kubernetes-validations': [rule('type(self) == int ? self > 0 : self.endsWith("%")')] },
  unguarded: { 'x-kubernetes-int-or-string': true, 'x-kubernetes-validations': [rule('self > 0')] },
  maybe: { type: 'string', nullable: true, maxLength: 64, 'x-kubernetes-validations': [rule('self != "no"')] },
  free: {
    type: 'object',
    'x-kubernetes-preserve-unknown-fields': true,
    properties: { a: { type: 'integer' } },
    'x-kubernetes-validations': [rule('!has(self.a) || self.a > 0')],
  },
  embedded: {
    type: 'object',
    'x-kubernetes-embedded-resource': true,
    'x-kubernetes-preserve-unknown-fields': true,
    'x-kubernetes-validations': [rule('self.kind == "Pod" && self.metadata.name.startsWith("p")')],
  },
};

/** Rules about changes. */
const changes: Schema = {
  fixed: { type: 'string', maxLength: 64, 'x-kubernetes-validations': [rule('self == oldSelf', { message: 'is immutable' })] },
  grows: number(rule('self >= oldSelf')),
  once: number(rule('!oldSelf.hasValue() || self == oldSelf.value()', { optionalOldSelf: true, message: 'is immutable' })),
  never: number(rule('oldSelf.hasValue()', { optionalOldSelf: true, message: 'only for updates' })),
  keyed: {
    type: 'array',
    maxItems: 8,
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['id'],
    items: {
      ...object({ id: word, n: { type: 'integer' } }, rule('self.n >= oldSelf.n', { message: 'may not shrink' })),
      required: ['id'],
    },
  },
  values: { type: 'object', maxProperties: 8, additionalProperties: number(rule('self == oldSelf', { message: 'is immutable' })) },
  sum: list({ type: 'integer' }, 'size(self) >= size(oldSelf)'),
};

/** What expressions can call: each is true of one text. */
const called: Schema = {
  matches: text("self.matches('^[a-z]+$')"),
  find: text("self.find('[0-9]+') == '12'"),
  findall: text("self.findAll('[0-9]') == ['1', '2'] && self.findAll('[0-9]', 1).size() == 1"),
  replace: text("self.replace('a', 'b') == 'bcb' && self.replace('a', 'b', 1) == 'bca'"),
  split: text("self.split(',') == ['a', 'b'] && self.split(',', 1) == ['a,b']"),
  chars: text("self.charAt(1) == 'b' && self.indexOf('b') == 1 && self.lastIndexOf('b') == 3 && self.substring(1, 3) == 'bc'"),
  cases: text("self.lowerAscii() == 'abc' && self.upperAscii() == 'ABC' && self.trim() == self"),
  url: text(
    "isURL(self) && url(self).getHost() == 'h:80' && url(self).getHostname() == 'h' && url(self).getPort() == '80' && url(self).getScheme() == 'https' && url(self).getEscapedPath() == '/p' && url(self).getQuery()['q'] == ['1']",
  ),
  quantity: text(
    "isQuantity(self) && quantity(self).compareTo(quantity('1500m')) == 0 && quantity(self).add(quantity('500m')).compareTo(quantity('2')) == 0 && quantity('3').asInteger() == 3 && !quantity(self).isInteger() && quantity(self).isGreaterThan(quantity('1')) && sign(quantity(self)) == 1",
  ),
  ip: text(
    "isIP(self) && ip(self).family() == 4 && !ip(self).isLoopback() && ip(self).isGlobalUnicast() && cidr('10.0.0.0/8').containsIP(self)",
  ),
  six: text('isIP(self) && ip(self).family() == 6 && ip.isCanonical(self)'),
  cidr: text(
    "isCIDR(self) && cidr(self).prefixLength() == 16 && cidr(self).ip() == ip('10.1.2.3') && cidr(self).masked() == cidr('10.1.0.0/16') && cidr('10.0.0.0/8').containsCIDR(self)",
  ),
  format: text('!format.dns1123Label().validate(self).hasValue()'),
  uuid: text("!format.uuid().validate(self).hasValue() && format.named('uuid').hasValue()"),
  semver: text("isSemver(self) && semver(self).isGreaterThan(semver('1.2.0')) && semver(self).major() == 1"),
  duration: text("duration(self) > duration('1m') && duration(self).getSeconds() == 90"),
  time: text("timestamp(self) > timestamp('2024-01-01T00:00:00Z') && timestamp(self).getFullYear() == 2025"),
  typed: { type: 'string', format: 'date-time', 'x-kubernetes-validations': [rule("self > timestamp('2024-01-01T00:00:00Z')")] },
  lasting: { type: 'string', format: 'duration', 'x-kubernetes-validations': [rule("self <= duration('1h')")] },
  bytes: { type: 'string', format: 'byte', maxLength: 64, 'x-kubernetes-validations': [rule("self == b'abc'")] },
  lists: list({ type: 'integer' }, 'self.isSorted() && self.sum() == 6 && self.min() == 1 && self.max() == 3 && self.indexOf(2) == 1'),
  sets: list(word, "sets.contains(self, ['a']) && sets.equivalent(self, ['b', 'a']) && sets.intersects(self, ['b', 'c'])"),
  macros: list(
    { type: 'integer' },
    'self.exists_one(x, x == 2) && self.filter(x, x > 1).map(x, x * 2) == [4, 6] && self.exists(x, x == 3)',
  ),
  two: list({ type: 'integer' }, 'self.all(i, v, v == i + 1)'),
  optional: object(
    { a: word, b: word, n: { type: 'integer' } },
    rule("[?self.?a, ?self.?b, 'z'] == ['x', 'z'] && {?'k': self.?a, ?'l': self.?b} == {'k': 'x'}"),
    rule('self.?n == optional.of(1) && self.?n != optional.of(2)'),
  ),
  mixed: list(word, `'%s has %d of %s'.format([self[0], 2, self]) == 'a has 2 of ["a", "b"]'`),
  real: { type: 'number', 'x-kubernetes-validations': [rule('self > 1 && self < 2.5')] },
  flag: { type: 'boolean', 'x-kubernetes-validations': [rule('self')] },
};

const compared = 'sets.contains(self, self)';
const alike = (...rules: readonly Json[]): Schema => ({
  type: 'array',
  maxItems: 1010,
  items: { type: 'integer' },
  'x-kubernetes-validations': rules,
});
/** Of 999 items each of these costs 998,004, of 1,000 too much. */
const costly = (count: number): readonly Json[] => Array.from({ length: count }, () => rule(compared));
const fewOrMany = rule('size(self) < 4', { messageExpression: `${compared} ? "few" : "many"`, message: 'too many' });

/** What evaluations may cost: 1,000,000 each, and 10,000,000 for all of an object. */
const costs: Schema = {
  one: alike(rule('size(self) != 3'), rule(compared), rule('size(self) != 1000')),
  all: alike(rule('size(self) != 999'), ...costly(11), rule('size(self) != 3')),
  last: alike(...costly(10), rule('self.all(x, x > 0)')),
  message: alike(fewOrMany),
  spent: alike(...costly(10), fewOrMany, rule('size(self) != 999')),
};

/** A kind that is all about rules: `v1` has them, `v2` has none. */
export function ruleds(group: string): Json {
  const version = (name: string, schema: Json, isStored: boolean): Json => ({
    name,
    served: true,
    storage: isStored,
    subresources: { status: {} },
    schema: { openAPIV3Schema: schema },
  });
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `ruleds.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural: 'ruleds', kind: 'Ruled', singular: 'ruled' },
      versions: [version('v1', ruledSchema(), true), version('v2', withoutRules(ruledSchema()), false)],
    },
  };
}

function withoutRules(schema: Json): Json {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return (schema as readonly Json[]).map(withoutRules);
  const kept = Object.entries(schema).filter(([key]) => key !== 'x-kubernetes-validations');
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutRules(value)]));
}

function ruledSchema(): Json {
  const strict = object({ n: { type: 'integer', maximum: 5 }, s: word, values: object({ a: number(rule('self > 0')) }) });
  const root = [
    rule('self.metadata.name != "forbidden"', { message: 'this name is taken' }),
    rule('self.kind == "Ruled"'),
    rule('!has(self.status) || !has(self.status.n) || self.status.n > 0', { fieldPath: '.status.n' }),
  ];
  const properties = {
    told: object(told),
    nested: object(nested),
    changes: object(changes),
    called: object(called),
    costs: object(costs),
    strict,
    status: object({ n: { type: 'integer' } }),
  };
  return { ...object(properties), 'x-kubernetes-validations': root };
}
