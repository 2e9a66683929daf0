import { expect } from 'vitest';
import {
  endsOf,
  exampleObject,
  expectGone,
  expectHandled,
  kopfExample,
  type ObjectName,
  type Scenario,
  type Stage,
} from '../shared/stage.js';

const object = kopfExample('kopf-example-1');

/** How often each handler of the operator's own life succeeded. */
const lives = (stage: Stage): readonly string[] =>
  stage.facts().flatMap((fact) => (fact.kind === 'activity-handler-ended' ? [`${fact.handler} ${fact.result}`] : []));

export const scenario: Scenario = async (stage) => {
  expect(lives(stage)).toEqual(['startup_fn_1 succeeded', 'startup_fn_2 succeeded']);
  await stage.create(exampleObject('kopf-example-1'));
  await expectHandled(stage, object, '"field":"value"');
  expect(endsOf(stage)).toMatchObject({
    create_1: ['succeeded'],
    create_2: ['retry', 'succeeded'],
    create_pod: ['succeeded'],
    'items_changed/spec.items': ['succeeded'],
  });
  const status = (await stage.get(object))?.['status'] as { readonly create_pod: { readonly pod: string } };
  expect(status).toEqual({ create_1: { job1: 100 }, create_2: { job2: 1 }, create_pod: status.create_pod });
  const pod: ObjectName = { apiVersion: 'v1', kind: 'Pod', metadata: { name: status.create_pod.pod, namespace: 'default' } };
  expect(await stage.get(pod)).toMatchObject({
    metadata: { labels: { 'application-name': 'kopf-example', somelabel: 'somevalue' }, ownerReferences: [{ name: 'kopf-example-1' }] },
  });
  await stage.until(() => expect(stage.printed()).toContain('Pod event: ADDED of kopf-example'));
  await stage.until(async () => {
    const told = (await stage.eventsOf(object)).map(({ type, reason, message }) => `${type} ${reason}: ${message}`);
    expect(told).toEqual(expect.arrayContaining(['Normal Created: With the field value.', 'SomeType SomeReason: Some message']));
  });

  await stage.patch(object, { spec: { field: 'changed', items: ['item1'] } });
  await expectHandled(stage, object, '"field":"changed"');
  expect(stage.printed()).toContain('Updated: change spec.field, change spec.items (value to changed)');
  expect(stage.printed().filter((line) => line.startsWith('Items:'))).toEqual([
    'Items: [] to ["item1","item2"]',
    'Items: ["item1","item2"] to ["item1"]',
  ]);

  // On the real server of the tests nobody collects garbage: what the operator made is removed by hand.
  await stage.remove(pod);
  await stage.remove(object);
  await expectGone(stage, object);
  expect(stage.printed().filter((line) => line === 'Deleted, really deleted.')).toHaveLength(1);
  expect(endsOf(stage)).toMatchObject({ create_1: ['succeeded'], create_pod: ['succeeded'], update: ['succeeded'], delete: ['succeeded'] });

  await stage.restartOperator();
  expect(lives(stage).slice(2)).toEqual(['cleanup_fn succeeded', 'startup_fn_1 succeeded', 'startup_fn_2 succeeded']);
};
