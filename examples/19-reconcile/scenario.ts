import { expect } from 'vitest';
import { exampleObject, expectGone, kopfExample, type Scenario, type Stage } from '../shared/stage.js';

const object = kopfExample('kopf-example-1');
const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'kopf-example-secret', namespace: 'default' } };

/** The config map of the object, as soon as it has one. */
async function settingsOf(stage: Stage) {
  let name: unknown;
  await stage.until(async () => {
    name = (await stage.get(object))?.['status'];
    expect(name).toMatchObject({ settings: expect.stringMatching(/^kopf-example-1-settings-[0-9a-z]{11}$/) as string });
  });
  const { settings } = name as { readonly settings: string };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: settings, namespace: 'default' } };
}

export const scenario: Scenario = async (stage) => {
  await stage.create(exampleObject('kopf-example-1', { field: 'value', secret: secret.metadata.name }));
  const settings = await settingsOf(stage);
  const says = async (data: { readonly field: string; readonly keys: string }): Promise<void> => {
    expect((await stage.get(settings))?.['data']).toEqual(data);
  };
  await stage.until(() => says({ field: 'value', keys: '' }));

  await stage.patch(object, { spec: { field: 'changed' } });
  await stage.until(() => says({ field: 'changed', keys: '' }));

  // What the object only names is waited for, too.
  await stage.create({ ...secret, data: { user: 'YQ==' } });
  await stage.until(() => says({ field: 'changed', keys: 'user' }));

  // Somebody changes the child, somebody deletes it: the owner hears of both. What somebody adds to it stays.
  await stage.patch(settings, { data: { field: 'meddled with' } });
  await stage.until(() => says({ field: 'changed', keys: 'user' }));
  const uid = (await stage.get(settings))?.metadata.uid;
  await stage.remove(settings);
  await stage.until(async () => {
    await says({ field: 'changed', keys: 'user' });
    expect((await stage.get(settings))?.metadata.uid).not.toBe(uid);
  });

  // Nothing holds the object, and nobody makes its child again. Where no garbage is collected, that is removed by hand.
  await stage.remove(secret);
  await stage.remove(object);
  await expectGone(stage, object);
  if (await stage.get(settings)) await stage.remove(settings);
  await expectGone(stage, settings);
};
