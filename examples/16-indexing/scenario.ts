import { expect } from 'vitest';
import { exampleObject, expectGone, kopfExample, type Scenario } from '../shared/stage.js';

const object = kopfExample('kopf-example-1');

function pod(name: string, labels: Readonly<Record<string, string>>) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels },
    spec: { containers: [{ name: 'main', image: 'busybox' }] },
  };
}

export const scenario: Scenario = async (stage) => {
  const counted = async (running: number, sameLabel: readonly string[]): Promise<void> => {
    expect(await stage.get(object)).toMatchObject({ status: { 'running-pods': running, 'same-label': sameLabel } });
  };
  const [web, db] = [pod('web', { somelabel: 'somevalue' }), pod('db', { somelabel: 'othervalue' })];
  await stage.create(web);
  await stage.create(db);
  await stage.create(exampleObject('kopf-example-1'));
  await stage.until(() => counted(0, ['web']));

  // Nobody starts containers here: what matters is what the index makes of a change.
  await stage.patch(db, { metadata: { labels: { somelabel: 'somevalue' } } });
  await stage.until(() => counted(0, ['db', 'web']));
  await stage.remove(web);
  await stage.until(() => counted(0, ['db']));

  // The operator lists everything before the timer begins anew.
  await stage.restartOperator();
  await stage.pass(6);
  await counted(0, ['db']);

  await stage.remove(db);
  await stage.remove(object);
  await expectGone(stage, object);
};
