import { expect } from 'vitest';
import { endsOf, expectGone, type ObjectName, type Scenario, type Stage } from '../shared/stage.js';

const named = (name: string, namespace = 'default'): ObjectName => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace } });
const pod = (name: string, namespace?: string) => ({
  ...named(name, namespace),
  spec: { containers: [{ name: 'main', image: 'busybox' }] },
});

/** What handlers say of a pod. */
const saidOf = (stage: Stage, name: string): readonly string[] =>
  stage.facts().flatMap((fact) => (fact.kind === 'logged' && fact.object?.name === name ? [fact.message] : []));

export const scenarioWith =
  (seconds: number): Scenario =>
  async (stage) => {
    const announced = `=== Pod killing happens in ${String(seconds)}s.`;
    await stage.create(pod('builtins-1'));
    await stage.create(pod('builtins-system', 'kube-system'));
    await stage.until(() => expect(saidOf(stage, 'builtins-1')).toEqual([announced]));
    await stage.until(async () => {
      expect((await stage.get(named('builtins-1')))?.metadata.finalizers).toEqual(['builtins.kopf.zalando.org/finalizer']);
    });
    await stage.remove(named('builtins-1'));
    await expectGone(stage, named('builtins-1'));
    expect(saidOf(stage, 'builtins-1')).toEqual([announced, '=== Pod killing is cancelled!']);
    expect(endsOf(stage)).toMatchObject({ pod_in_sight: ['succeeded'], pod_killed: ['succeeded'] });
    expect(saidOf(stage, 'builtins-system')).toEqual([]);
    await stage.remove(named('builtins-system', 'kube-system'));
    await expectGone(stage, named('builtins-system', 'kube-system'));
  };

/** Nobody is quicker than the operator; it is told again of a pod that it finds when it starts. */
export const inTime: Scenario = async (stage) => {
  await stage.create(pod('builtins-2'));
  await stage.create(pod('builtins-system', 'kube-system'));
  await stage.pass(10);
  await stage.restartOperator();
  await stage.until(() => expect(saidOf(stage, 'builtins-2')).toEqual(Array.from({ length: 2 }, () => '=== Pod killing happens in 30s.')));
  await stage.create(pod('builtins-3'));
  await stage.until(() => expect(saidOf(stage, 'builtins-3')).toHaveLength(1));
  await stage.remove(named('builtins-3'));
  await expectGone(stage, named('builtins-3'));
  await stage.pass(29);
  expect(await stage.get(named('builtins-2'))).toBeDefined();
  await stage.pass(2);
  await expectGone(stage, named('builtins-2'));
  expect(saidOf(stage, 'builtins-2').at(-1)).toBe('=== Pod killing happens!');
  // Nothing of it is left that could remove it once more.
  await stage.pass(10);
  expect(saidOf(stage, 'builtins-3').at(-1)).toBe('=== Pod killing is cancelled!');
  expect(await stage.get(named('builtins-system', 'kube-system'))).toBeDefined();
};
