import { expect } from 'vitest';
import { exampleObject, expectGone, kopfExample, type Scenario } from '../shared/stage.js';

const object = kopfExample('kopf-example-1');

export const scenario: Scenario = async (stage) => {
  const said = (): readonly string[] => stage.printed().filter((line) => line !== 'tick');
  const ticks = (): number => stage.printed().length - said().length;
  await stage.create(exampleObject('kopf-example-1'));
  await stage.until(() => expect(stage.facts()).toContainEqual(expect.objectContaining({ kind: 'pass-ended', reason: 'create' })));
  expect(said()).toEqual([
    'labels satisfied',
    'label callback',
    'annotations satisfied',
    'when satisfied',
    'all satisfied',
    'any satisfied',
    'none satisfied',
    'field value satisfied',
  ]);
  await stage.until(() => expect(ticks()).toBeGreaterThanOrEqual(2));

  await stage.patch(object, { spec: { field: 'changed' } });
  await stage.until(() => expect(said().at(-1)).toBe('field change satisfied'));
  await stage.until(() => expect(stage.facts()).toContainEqual(expect.objectContaining({ kind: 'daemon-ended' })));
  const before = ticks();
  await stage.patch(object, { spec: { field: 'other' } });
  await stage.pass(3);
  expect([ticks(), said().length]).toEqual([before, 9]);

  await stage.remove(object);
  await expectGone(stage, object);
};
