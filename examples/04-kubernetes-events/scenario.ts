import { expect } from 'vitest';
import { exampleObject, expectGone, kopfExample, type Scenario } from '../shared/stage.js';

const object = kopfExample('kopf-events-1');

export const scenario: Scenario = async (stage) => {
  await stage.create(exampleObject('kopf-events-1'));
  await stage.until(async () => {
    const posted = await stage.eventsOf(object);
    expect(posted.map(({ type, reason, message }) => `${type} ${reason}: ${message}`).toSorted()).toEqual([
      'Error RangeError: Some exception happened: Exception text.',
      'Normal SomeReason: All is well.',
      'SomeType SomeReason: Some message',
      'Warning SomeReason: Something may be wrong.',
    ]);
  });
  await stage.remove(object);
  await expectGone(stage, object);
};
