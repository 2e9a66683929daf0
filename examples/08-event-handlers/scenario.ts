import { expect } from 'vitest';
import { endsOf, exampleObject, kopfExample, type Scenario } from '../shared/stage.js';

const object = kopfExample('kopf-example-1');

export const scenario: Scenario = async (stage) => {
  await stage.create(exampleObject('kopf-example-1'));
  await stage.until(() => expect(stage.printed()).toEqual(['Event received: ADDED kopf-example-1']));
  await stage.remove(object);
  await stage.until(() => expect(stage.printed().slice(1)).toEqual(['Event received: DELETED kopf-example-1']));
  expect(endsOf(stage)).toEqual({ event_fn_with_error: ['ignored', 'ignored'], normal_event_fn: ['succeeded', 'succeeded'] });
};
