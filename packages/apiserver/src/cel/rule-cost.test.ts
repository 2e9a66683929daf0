import { beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../store/json-value.js';
import { definitionRuleErrors } from './definition-rules.js';
import { loadCel } from './library.js';

const rules = (...texts: readonly string[]): JsonObject => ({ 'x-kubernetes-validations': texts.map((rule) => ({ rule })) });
const NUMBERS: JsonObject = { type: 'array', items: { type: 'integer' } };

function refused(schema: JsonObject): readonly string[] {
  return definitionRuleErrors({ type: 'object', properties: { spec: schema } }, 'at').map(
    ({ field, message }) =>
      `${field.replace('at.properties[spec]', '')} ${/factor of (?:more than )?[\d.]+x/.exec(message)?.[0] ?? message}`,
  );
}

describe('what rules may cost', () => {
  beforeAll(loadCel);

  it.each([
    [{ ...NUMBERS, ...rules('self.all(x, x > 0)') }, []],
    [{ ...NUMBERS, ...rules('self.map(x, x + 1).size() > 0') }, ['.x-kubernetes-validations[0].rule factor of 2.2x']],
    [{ ...NUMBERS, ...rules('self.filter(x, x > 1).size() > 0') }, ['.x-kubernetes-validations[0].rule factor of 2.4x']],
    [{ ...NUMBERS, maxItems: 100, ...rules('self.all(x, self.all(y, x != y))') }, []],
    [
      { type: 'string', ...rules('!format.dns1123Label().validate(self).hasValue()') },
      ['.x-kubernetes-validations[0].rule factor of 1.006634x'],
    ],
  ])('is reckoned from the sizes that a schema allows (%#)', (schema, errors) => {
    expect(refused(schema)).toEqual(errors);
  });

  it('counts a rule as often as its value may occur', () => {
    const text = { type: 'string', maxLength: 100, ...rules('self.contains("aaaaaaaaaaaaa")') };
    const list = (most: number): JsonObject => ({ type: 'array', maxItems: most, items: { type: 'array', maxItems: most, items: text } });
    expect(refused(list(100))).toEqual([]);
    expect(refused(list(1000))).toEqual(['.items.items.x-kubernetes-validations[0].rule factor of 8.1x']);
  });

  it('refuses all rules of a schema together, and names those that cost most', () => {
    const costly = { type: 'array', items: { type: 'string', maxLength: 30 }, ...rules('self.all(x, x.contains("abc"))') };
    const properties = Object.fromEntries(Array.from({ length: 14 }, (_item, index) => [`p${index}`, costly]));
    const errors = definitionRuleErrors({ type: 'object', properties }, 'at');
    expect(errors.filter(({ message }) => message.includes('contributed to'))).toHaveLength(4);
    expect(errors.at(-1)).toMatchObject({
      field: 'at',
      message: expect.stringContaining('total for entire OpenAPIv3 schema exceeds') as string,
    });
  });
});
