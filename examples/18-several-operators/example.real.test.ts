import { expect, inject, it, onTestFinished } from 'vitest';
import { PATIENCE_MS } from '../../tools/kube-apiserver/patience.js';
import { kubectl, withDefinition } from '../shared/real-stage.js';
import { exampleObject } from '../shared/stage.js';
import { startTeams } from './teams.js';

const PATIENCE = { timeout: PATIENCE_MS, interval: 50 } as const;
const TEAMS = [
  { name: 'red', namespace: 'team-red', greeting: 'Hello' },
  { name: 'blue', namespace: 'team-blue', greeting: 'Moin' },
];
const read = async (namespace: string): Promise<{ status?: unknown; metadata: { annotations: Record<string, string> } }> =>
  JSON.parse(await kubectl(['get', '-n', namespace, 'kopfexamples.kopf.dev', 'one', '-o', 'json'])) as Awaited<ReturnType<typeof read>>;
const prefixesOf = async (namespace: string): Promise<ReadonlySet<string>> =>
  new Set(Object.keys((await read(namespace)).metadata.annotations).flatMap((key) => /^(\w+)\.kopf\.zalando\.org\//.exec(key)?.[1] ?? []));

it('[A-07] several operators in one process: each with its handlers, its namespace and its names, on a real kube-apiserver', () =>
  withDefinition(async () => {
    const lines: string[] = [];
    const controller = new AbortController();
    for (const { namespace } of TEAMS) await kubectl(['create', 'namespace', namespace]);
    onTestFinished(async () => {
      controller.abort();
      await kubectl(['delete', 'namespace', ...TEAMS.map(({ namespace }) => namespace), '--wait=false']);
    });
    const { kubeconfigPath: kubeconfig } = inject('controlPlane');
    const operators = await startTeams(TEAMS, { kubeconfig, signal: controller.signal, say: (line) => void lines.push(line) });
    for (const { namespace } of TEAMS) {
      const object = exampleObject('one');
      await kubectl(['create', '-f', '-'], { ...object, metadata: { ...object.metadata, namespace } });
    }
    for (const { name, namespace, greeting } of TEAMS) {
      await expect.poll(async () => (await read(namespace)).status, PATIENCE).toEqual({ create_fn: { greeting } });
      // The memory is written after the results.
      await expect.poll(() => prefixesOf(namespace), PATIENCE).toEqual(new Set([name]));
    }
    controller.abort();
    await Promise.all(operators.map(({ stopped }) => stopped));
    expect(lines.sort()).toEqual(['Hello, team-red/one!', 'Hello: the end.', 'Moin, team-blue/one!', 'Moin: the end.']);
  }));
