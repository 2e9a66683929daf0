import { expect } from 'vitest';
import { exampleObject, expectGone, kopfExample, type Scenario } from '../shared/stage.js';

const object = kopfExample('kopf-example-1');
const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kopf-example-1-settings', namespace: 'default' } };

export const scenario: Scenario = async (stage) => {
  const says = async (field: string): Promise<void> => {
    expect(await stage.get(settings)).toMatchObject({ data: { field } });
  };
  await stage.create(exampleObject('kopf-example-1'));
  await stage.until(async () => {
    await says('value');
    expect(await stage.get(object)).toMatchObject({ status: { settings: 'kopf-example-1-settings' } });
  });

  await stage.patch(object, { spec: { field: 'changed' } });
  await stage.until(() => says('changed'));

  // Somebody changes the child, somebody deletes it: the owner hears of both.
  await stage.patch(settings, { data: { field: 'meddled with' } });
  await stage.until(() => says('changed'));
  const uid = (await stage.get(settings))?.metadata.uid;
  await stage.remove(settings);
  await stage.until(async () => {
    await says('changed');
    expect((await stage.get(settings))?.metadata.uid).not.toBe(uid);
  });

  // Nothing holds the object, and nobody makes its child again. Where no garbage is collected, that is removed by hand.
  await stage.remove(object);
  await expectGone(stage, object);
  if (await stage.get(settings)) await stage.remove(settings);
  await expectGone(stage, settings);
};
