import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ObjectBody } from '@kopfts/core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startControlPlane, type ControlPlane } from '../../../tools/kube-apiserver/control-plane.mjs';
import type {} from '../../../tools/kube-apiserver/global-setup.js';
import { KIND, NAME, NAMESPACES, PLURAL } from './support/kills-workload.mjs';
import { eventually, liveKind, openLiveCluster, pass, type LiveCluster } from './support/live-cluster.js';
import { createOperatorLives, type OperatorLives } from './support/operator-lives.js';

const OBJECTS = 600;
/** So long the server is away in the middle of it; usually not at all. `npm run long -- burst-outage` */
const OUTAGE_S = Number(process.env['KOPFTS_COUNT'] ?? 0);
const AT_ONCE = 16;
const PATIENCE_MS = 120_000;

describe(`a burst of ${String(OBJECTS)} creations on a real kube-apiserver of its own`, { timeout: 600_000 + OUTAGE_S * 1000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'kopfts-burst-'));
  let plane: ControlPlane;
  let cluster: LiveCluster;
  let lives: OperatorLives;

  beforeAll(async () => {
    plane = await startControlPlane({ assetsDir: inject('controlPlane').assetsDir });
    cluster = openLiveCluster(plane);
    for (const name of NAMESPACES) await cluster.namespace(name);
    await cluster.define(liveKind({ ...KIND, plural: PLURAL }));
    lives = createOperatorLives({ server: plane, folder, workMs: 20 });
  });
  afterAll(async () => {
    await lives.close();
    await cluster.close();
    await plane.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const namespaceOf = (index: number): string => NAMESPACES[index % NAMESPACES.length] ?? '';
  /** Once, whatever the server answers meanwhile. */
  const create = async (index: number): Promise<void> => {
    const shelf = cluster.shelf(liveKind({ ...KIND, plural: PLURAL }), namespaceOf(index));
    const name = `b${String(index)}`;
    await eventually(
      () =>
        shelf.create(name, { value: index }).catch((error: unknown) => {
          if (!String(error).includes('AlreadyExists')) throw error;
        }),
      PATIENCE_MS + OUTAGE_S * 1000,
    );
  };
  const isDone = ({ metadata, ...object }: ObjectBody): boolean => {
    const { name, annotations = {} } = metadata;
    const { value } = object['spec'] as { readonly value: number };
    const status = object['status'] as { readonly name_it?: { readonly name?: string }; readonly value?: number } | undefined;
    const handled = annotations[`${NAME}.kopf.zalando.org/last-handled-configuration`]?.includes(`"value":${String(value)}}`);
    return status?.name_it?.name === name && status.value === value && handled === true;
  };

  it(`[A1, L1] of which a SIGKILL${OUTAGE_S > 0 ? `, and ${String(OUTAGE_S)} s without the server,` : ''} in the middle loses none`, async () => {
    let next = 0;
    let killed = (): void => undefined;
    const kill = new Promise<void>((resolve) => (killed = resolve));
    const creating = Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let index = next++; index < OBJECTS; index = next++) {
          // However quick the server is, the kill comes in the middle.
          if (index >= OBJECTS / 2) await kill;
          await create(index);
        }
      }),
    );
    await lives.start(100);
    expect(await lives.end('SIGKILL')).toBe('SIGKILL');
    killed();
    await lives.start(50);
    if (OUTAGE_S > 0) {
      await plane.kill('SIGKILL');
      await pass(OUTAGE_S * 1000);
      await plane.restart();
    }
    await creating;
    const done = async (): Promise<number> => {
      const { items } = (await cluster.ask('GET', `/apis/${KIND.group}/v1/${PLURAL}`)) as unknown as { items: readonly ObjectBody[] };
      return items.filter(isDone).length;
    };
    await eventually(async () => expect(await done()).toBe(OBJECTS), PATIENCE_MS);
    expect(await lives.end('SIGTERM')).toBe(0);
  });
});
