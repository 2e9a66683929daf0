import { expect } from 'vitest';
import { endsOf, exampleObject, expectGone, expectHandled, kopfExample, type Scenario } from '../shared/stage.js';

const object = kopfExample('kopf-example-1');

export const scenario: Scenario = async (stage) => {
  await stage.create(exampleObject('kopf-example-1'));
  await stage.until(async () => expect((await stage.get(object))?.['status']).toEqual({ create_fn: { message: 'hello world' } }));
  expect(stage.printed()).toEqual(['And here we are! Creating: {"duration":"1m","field":"value","items":["item1","item2"]}']);
  expect((await stage.get(object))?.metadata.finalizers).toBeUndefined();
  await expectHandled(stage, object, '"field":"value"');
  await stage.restartOperator();
  await stage.remove(object);
  await expectGone(stage, object);
  expect(endsOf(stage)).toEqual({ create_fn: ['succeeded'] });
};
