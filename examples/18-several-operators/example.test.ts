import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiServer } from '@kopfts/apiserver';
import { createClusterDriver } from '@kopfts/testing';
import { expect, it, onTestFinished, vi } from 'vitest';
import { DEFINITION, exampleObject, kopfExample } from '../shared/stage.js';
import { startTeams } from './teams.js';

const at = (namespace: string) => ({ ...kopfExample('one'), metadata: { name: 'one', namespace } });

it('[A-07] several operators in one process: each with its handlers, its namespace and its names', async () => {
  const server = createApiServer();
  const driver = createClusterDriver(server);
  await driver.create(DEFINITION);
  const { url, close } = await server.listen();
  const folder = await mkdtemp(join(tmpdir(), 'several-'));
  onTestFinished(async () => {
    await close();
    await rm(folder, { recursive: true });
  });
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, JSON.stringify(server.kubeconfig(url)));

  const lines: string[] = [];
  const controller = new AbortController();
  const operators = await startTeams(
    [
      { name: 'red', namespace: 'team-red', greeting: 'Hello' },
      { name: 'blue', namespace: 'team-blue', greeting: 'Moin' },
    ],
    { kubeconfig, signal: controller.signal, say: (line) => void lines.push(line) },
  );
  for (const namespace of ['team-red', 'team-blue', 'team-green']) {
    await driver.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    const object = exampleObject('one');
    await driver.create({ ...object, metadata: { ...object.metadata, namespace } });
  }
  await vi.waitFor(async () => expect((await driver.get(at('team-blue')))?.['status']).toEqual({ create_fn: { greeting: 'Moin' } }));
  await vi.waitFor(async () => expect((await driver.get(at('team-red')))?.['status']).toEqual({ create_fn: { greeting: 'Hello' } }));
  // The memory is written after the results.
  const annotations = async (): Promise<string[]> => Object.keys((await driver.get(at('team-red')))?.metadata.annotations ?? {});
  await vi.waitFor(async () => expect((await annotations()).filter((key) => key.startsWith('red.kopf.zalando.org/'))).not.toEqual([]));
  expect((await annotations()).filter((key) => key.startsWith('blue.'))).toEqual([]);

  controller.abort();
  await Promise.all(operators.map(({ stopped }) => stopped));
  expect(lines.sort()).toEqual(['Hello, team-red/one!', 'Hello: the end.', 'Moin, team-blue/one!', 'Moin: the end.']);
});
