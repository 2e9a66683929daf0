import { beforeAll, describe, expect, it } from 'vitest';
import type { Evaluated } from '../../src/cel/compiled-rule.js';
import { loadCel } from '../../src/cel/library.js';
import { MEASURED, MEASURED_OBJECT, MEASURED_SCHEMA } from './measured-costs.js';
import { compileRules } from '../../src/cel/rule-tree.js';

function evaluate(rule: string, value = MEASURED_OBJECT): Evaluated {
  const { rules, self } = compileRules({ ...MEASURED_SCHEMA, 'x-kubernetes-validations': [{ rule }] }, false);
  const [compiled] = rules;
  const evaluated = compiled?.program?.({ self: self?.convert(value) });
  if (evaluated === undefined) throw new Error(compiled?.error ?? 'no rule');
  return evaluated;
}

describe('what an evaluation costs', () => {
  beforeAll(loadCel);

  it.each(MEASURED.map(([cost, rule, result]) => ({ cost, rule, result })))(
    'is $cost for $rule, as the real server measures it',
    ({ cost, rule, result = 'true' }) => {
      const evaluated = evaluate(rule);
      expect(evaluated.cost).toBe(cost);
      expect('error' in evaluated ? 'error' : String(evaluated.value)).toBe(result);
    },
  );

  it('counts every evaluation anew', () => {
    const { rules, self } = compileRules({ ...MEASURED_SCHEMA, 'x-kubernetes-validations': [{ rule: 'self.l.all(x, x > 0)' }] }, false);
    const variables = { self: self?.convert(MEASURED_OBJECT) };
    expect([1, 2].map(() => rules[0]?.program?.(variables).cost)).toEqual([63, 63]);
  });

  it('ends at 1,000,000, whatever would become of the error', () => {
    const l = Array.from({ length: 400 }, () => 9);
    const evaluated = evaluate('self.l.all(x, self.l.all(y, x + y > 0)) || true', { l });
    expect(evaluated).toMatchObject({ isTooCostly: true, error: { message: 'operation cancelled: actual cost limit exceeded' } });
    expect(evaluated.cost).toBeLessThan(1_000_100);
  });
});
