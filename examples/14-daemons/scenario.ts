import { expect } from 'vitest';
import { endsOf, exampleObject, expectGone, kopfExample, type Scenario } from '../shared/stage.js';

const object = kopfExample('kopf-example-1');

export const scenario: Scenario = async (stage) => {
  await stage.create(exampleObject('kopf-example-1'));
  await stage.until(() => expect(stage.printed()).toContain('=> Ping from a daemon: field=value'));
  expect(endsOf(stage)['background']).toEqual(['retry', 'retry', 'retry']);
  await stage.until(async () => {
    expect(await stage.get(object)).toMatchObject({
      metadata: { finalizers: ['daemons.kopf.zalando.org/finalizer'] },
      status: { message: 'attempt 2 failed' },
    });
  });

  // It sees what changes while it runs.
  await stage.patch(object, { spec: { field: 'changed' } });
  await stage.until(() => expect(stage.printed()).toContain('=> Ping from a daemon: field=changed'));

  // One ends with its annotation, and starts anew with it.
  await stage.patch(object, { metadata: { annotations: { someannotation: null } } });
  await stage.until(() => expect(stage.printed()).toContain('The listening daemon is cancelled.'));
  await stage.patch(object, { metadata: { annotations: { someannotation: 'somevalue' } } });
  await stage.until(() => expect(stage.printed().filter((line) => line.startsWith('=> Listening'))).toHaveLength(2));

  await stage.remove(object);
  await expectGone(stage, object);
  expect(stage.printed()).toContain('The daemon was told to stop: object-deleted.');
  expect(stage.printed().filter((line) => line === 'The listening daemon is cancelled.')).toHaveLength(2);
  expect(stage.facts().filter(({ kind }) => kind === 'handler-abandoned')).toEqual([]);
};
