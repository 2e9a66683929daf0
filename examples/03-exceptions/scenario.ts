import { expect } from 'vitest';
import { endsOf, exampleObject, expectGone, kopfExample, type Scenario } from '../shared/stage.js';

const object = kopfExample('kopf-example-1');

export const scenario: Scenario = async (stage) => {
  await stage.create(exampleObject('kopf-example-1'));
  await stage.until(() => expect(stage.facts()).toContainEqual(expect.objectContaining({ kind: 'pass-ended', succeeded: 1, failed: 3 })));
  expect(endsOf(stage)).toEqual({
    instant_failure_with_only_a_message: ['failed'],
    eventual_success_with_a_few_messages: ['retry', 'retry', 'retry', 'succeeded'],
    eventual_failure_with_tracebacks: ['retry', 'retry', 'failed'],
    instant_failure_with_traceback: ['failed'],
  });
  await stage.until(async () => {
    const annotations = Object.keys((await stage.get(object))?.metadata.annotations ?? {});
    expect(annotations.filter((key) => key.includes('_'))).toEqual([]);
  });
  await stage.remove(object);
  await expectGone(stage, object);
};
