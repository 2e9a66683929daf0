import { expect } from 'vitest';
import { exampleObject, expectGone, expectHandled, kopfExample, type Scenario } from '../shared/stage.js';

const object = kopfExample('kopf-example-1');

export const scenario: Scenario = async (stage) => {
  let seen = 0;
  /** These lines came since the last time, and no other. */
  const expectPrinted = async (...lines: readonly string[]): Promise<void> => {
    await stage.until(() => expect(stage.printed().slice(seen)).toEqual(lines));
    seen = stage.printed().length;
  };
  await stage.create(exampleObject('kopf-example-1'));
  await expectPrinted('CREATED 1st (create)', 'CREATED 2nd', 'FIELD CHANGED: undefined -> value');
  expect((await stage.get(object))?.metadata.finalizers).toEqual(['handlers.kopf.zalando.org/finalizer']);

  await stage.patch(object, { spec: { field: 'newvalue' } });
  await expectPrinted('UPDATED change spec.field "value" "newvalue"', 'FIELD CHANGED: value -> newvalue');

  await stage.patch(object, { spec: { other: 1 } });
  await expectPrinted('UPDATED add spec.other undefined 1');

  await expectHandled(stage, object, '"other":1');
  await stage.restartOperator();
  await expectPrinted('RESUMED 1st', 'CREATED 1st (resume)');

  await stage.remove(object);
  await expectPrinted('DELETED 1st', 'DELETED 2nd');
  await expectGone(stage, object);
};
