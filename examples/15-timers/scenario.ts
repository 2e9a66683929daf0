import { expect } from 'vitest';
import { exampleObject, expectGone, kopfExample, type Scenario, type Stage } from '../shared/stage.js';

const object = kopfExample('kopf-example-1');

export const scenario: Scenario = async (stage) => {
  const pings = (): readonly string[] => stage.printed().filter((line) => line.startsWith('Ping'));
  await stage.create(exampleObject('kopf-example-1'));
  await stage.until(() => expect(timesOf(stage, 'event-seen')).toHaveLength(1));
  await stage.pass(1);
  await stage.patch(object, { spec: { field: 'changed' } });
  // Where the change took long, the timer may have begun before it.
  const changed = (): readonly string[] => pings().slice(pings().indexOf('Ping from a timer, field=changed'));
  await stage.until(() => expect(pings().filter((line) => line === 'Ping from a timer, field=changed').length).toBeGreaterThanOrEqual(2));
  expect(new Set(changed())).not.toContain('Ping from a timer, field=value');
  await stage.until(() => expect(pings()).toContain('Ping from a slow timer, field=changed'));

  // Idle anew: five seconds after the change, not after the creation; then every two.
  const [, changedAt = 0] = timesOf(stage, 'event-seen');
  const [first = 0, second = 0] = timesOf(stage, 'handler-started').filter((at) => at > changedAt);
  expect(first - changedAt).toBeGreaterThanOrEqual(4_990);
  expect(second - first).toBeGreaterThanOrEqual(1_990);

  await stage.remove(object);
  await expectGone(stage, object);
  await stage.until(() => expect(stage.facts()).toContainEqual(expect.objectContaining({ kind: 'event-seen', type: 'DELETED' })));
  const before = pings().length;
  await stage.pass(3);
  expect(pings()).toHaveLength(before);
};

/** When that happened, in milliseconds; of handlers only the quick timer counts. */
function timesOf(stage: Stage, kind: 'event-seen' | 'handler-started'): readonly number[] {
  return stage
    .facts()
    .filter((fact) => fact.kind === kind && (fact.kind !== 'handler-started' || fact.handler === 'every_2_seconds'))
    .map(({ at }) => at);
}
