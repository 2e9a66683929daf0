import { startRunner, type NewObject, type ObjectIdentity, type Runner, type RunnerOptions } from '@kopfts/testing';
import { expect, onTestFinished } from 'vitest';

const pod = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  spec: { containers: [{ name: 'main', image: 'busybox' }] },
});

/** Who makes and removes pods. */
export interface Person {
  create(object: NewObject): Promise<unknown>;
  delete(object: ObjectIdentity): Promise<unknown>;
}

interface Life {
  /** What comes after the startup, before anything is watched. */
  readonly first?: readonly string[];
  /** Default: the runner, on a cluster of its own. */
  readonly person?: Person;
}

/** The life of an operator: begun in several attempts, asked how it is, and cleaned up. */
export async function live(options: RunnerOptions, { first = [], person }: Life = {}): Promise<void> {
  const runner = await startRunner({ ...options, settings: { probing: { maxAge: 0 } } });
  onTestFinished(async () => {
    await runner.stop();
  });
  const people: Person = person ?? (runner satisfies Runner);
  const ends = () => runner.facts.flatMap((fact) => (fact.kind === 'activity-handler-ended' ? [`${fact.handler} ${fact.result}`] : []));
  const startup = [
    'startup_fn_simple succeeded',
    ...Array.from({ length: 3 }, () => 'startup_fn_retried retry'),
    'startup_fn_retried succeeded',
  ];
  expect(ends()).toEqual([...startup, ...first]);
  const tasks = async () => Number((await runner.operator?.probe())?.['tasks']);
  // Whatever else there is in the cluster.
  const before = await tasks();
  await people.create(pod('hooks-1'));
  await runner.until(async () => expect(await tasks()).toBe(before + 1));
  expect(await runner.operator?.probe()).toEqual({ now: expect.stringMatching(/^\d{4}-.*Z$/) as string, tasks: before + 1 });
  await people.create(pod('hooks-2'));
  await runner.until(async () => expect(await tasks()).toBe(before + 2));
  for (const name of ['hooks-1', 'hooks-2']) await people.delete(pod(name));
  await runner.until(async () => expect(await tasks()).toBe(before));
  await people.create(pod('hooks-3'));
  await runner.until(async () => expect(await tasks()).toBe(before + 1));
  await people.delete(pod('hooks-3'));
  await runner.until(async () => expect(await tasks()).toBe(before));

  const { exitCode, output } = await runner.stop();
  expect(exitCode).toBe(0);
  expect(output).toContain('[default/hooks-2] Served by the background task of hooks-2.');
  expect(output).toContain("background tasks have ended.\nActivity 'cleanup_fn' succeeded.");
  expect(ends().slice(startup.length + first.length)).toEqual(expect.arrayContaining(['cleanup_fn succeeded']));
}
