import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createManualClock, type ExtensionPoints, type Fact, type Invocation, type ObjectBody, type PluginHost } from '@kopfts/core';
import { openLifeFile, type LifeFile } from './life-file.js';
import { quarantine } from './quarantine.js';

function place(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kopf-life-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'operator.life');
}

/** What the plugin contributes, called as the engine does. */
function openLife(life: LifeFile) {
  const points: Partial<ExtensionPoints> = {};
  const clock = createManualClock();
  const host = { contribute: (point: string, part: unknown) => Object.assign(points, { [point]: part }), emit: () => undefined, clock };
  quarantine(life).setup(host as unknown as PluginHost);
  const ref = (name: string) => ({ uid: name, name, namespace: 'default' }) as unknown as Invocation['object'];
  return {
    isWatching: points.aroundInvoke !== undefined,
    /** One attempt for an object of this generation. */
    run(name: string, generation: number | ObjectBody, work: () => Promise<unknown>): Promise<unknown> {
      const body = typeof generation === 'number' ? { metadata: { generation } } : generation;
      points.admitPass?.({ ref: ref(name), body } as unknown as Parameters<ExtensionPoints['admitPass']>[0]);
      const invocation = { object: ref(name), handler: 'made', family: 'change', attempt: 1 } as unknown as Invocation;
      return points.aroundInvoke?.(invocation, work) ?? work();
    },
    async hear(fact: object): Promise<void> {
      const sink = await points.factSink?.open({ signal: new AbortController().signal, onClose: () => undefined });
      sink?.accept({ at: 0, ...fact } as Fact);
    },
    clock,
    condition(name: string, conditions?: unknown): unknown {
      const pass = { object: { ref: ref(name), body: { status: { conditions } } } };
      return points.contributeToPatch?.(pass as unknown as Parameters<ExtensionPoints['contributeToPatch']>[0]);
    },
  };
}

const forever = (): Promise<unknown> => new Promise(() => undefined);
const fine = (): Promise<unknown> => Promise.resolve('fine');
const begun = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the file of a life', () => {
  it('is gone after an end in order, and such a life is not watched', async () => {
    const path = place();
    const life = openLifeFile(path);
    expect(openLife(life).isWatching).toBe(false);
    expect(existsSync(path)).toBe(true);
    life.close();
    expect(existsSync(path)).toBe(false);
    expect(openLifeFile(path).isCareful).toBe(false);
  });

  it('of nonsense, or cut in the middle of a line, is no reason to fail', async () => {
    const path = place();
    openLifeFile(path).begin('a', { generation: 1, alone: false });
    const { appendFileSync, writeFileSync } = await import('node:fs');
    appendFileSync(path, '["+","b",1,fa');
    expect([...openLifeFile(path).casualties.keys()]).toEqual(['a']);
    writeFileSync(path, 'nonsense\n');
    expect(openLifeFile(path).isCareful).toBe(false);
  });
});

describe('the quarantine', () => {
  it('[A12, SEC17] finds the one that kills among those at work, clears the others, and tries it again when it has changed', async () => {
    const path = place();
    openLifeFile(path); // dies unseen
    const second = openLife(openLifeFile(path));
    expect(second.isWatching).toBe(true);
    const dying = [second.run('innocent', 1, forever)];
    dying.push(second.run('wild', 1, forever));
    await begun(); // dies with both at work
    const third = openLife(openLifeFile(path));
    await third.run('innocent', 1, fine);
    dying.push(third.run('wild', 1, forever));
    dying.push(third.run('beside', 1, forever));
    await begun(); // dies with the wild one alone, of those that are suspected
    expect(dying).toHaveLength(4);
    const life = openLifeFile(path);
    const fourth = openLife(life);
    expect(life.casualties).toEqual(new Map([['wild made', { deaths: 2, generation: 1 }]]));
    await expect(async () => fourth.run('wild', 1, fine)).rejects.toMatchObject({ code: 'KOPF_QUARANTINED' });
    expect(fourth.condition('wild')).toMatchObject({ status: { conditions: [{ type: 'HandlersQuarantined', status: 'True' }] } });
    expect(fourth.condition('beside')).toBeUndefined();
    await expect(fourth.run('beside', 1, fine)).resolves.toBe('fine');
    await expect(fourth.run('wild', 2, fine)).resolves.toBe('fine');
    expect(fourth.condition('wild', [{ type: 'Other' }, { type: 'HandlersQuarantined', status: 'True' }])).toMatchObject({
      status: { conditions: [{ type: 'Other' }, { type: 'HandlersQuarantined', status: 'False' }] },
    });
    life.close();
    expect(existsSync(path)).toBe(false);
  });

  /** Two deaths with one handler at work. */
  async function twiceDead(path: string, body: number | ObjectBody): Promise<void> {
    openLifeFile(path); // dies unseen
    for (let life = 0; life < 2; life += 1) {
      const dying = openLife(openLifeFile(path)).run('wild', body, forever);
      await Promise.race([dying, begun()]);
    }
  }

  it('[A12] tries an object without generation again when what it says has changed, and not when it was written to by us', async () => {
    const map = (text: string, more: object = {}) =>
      ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        data: { text },
        metadata: { name: 'wild', uid: 'wild', labels: {}, ...more },
      }) as unknown as ObjectBody;
    const path = place();
    await twiceDead(path, map('bad'));
    const life = openLife(openLifeFile(path));
    const written = map('bad', { resourceVersion: '9', annotations: { 'x.kopf.zalando.org/made': '{"retries":1}' } });
    await expect(async () => life.run('wild', written, fine)).rejects.toMatchObject({ code: 'KOPF_QUARANTINED' });
    await expect(life.run('wild', map('good'), fine)).resolves.toBe('fine');
  });

  it('[A12, M1] forgets objects that are gone, also those that went while nobody looked, and says which life died', async () => {
    const path = place();
    await twiceDead(path, 1);
    const third = openLifeFile(path);
    expect(third.isAfterDeath).toBe(true);
    await openLife(third).hear({ kind: 'object-forgotten', object: { uid: 'wild' } });
    third.close();
    expect(existsSync(path)).toBe(false);

    await twiceDead(path, 1);
    openLifeFile(path).close();
    const early = openLifeFile(path);
    expect([early.isAfterDeath, early.isCareful]).toEqual([false, true]);
    const ended = async (life: LifeFile, afterMs: number): Promise<void> => {
      const { hear, clock } = openLife(life);
      await hear({ kind: 'operator-ready', collections: 1 });
      clock.advanceTo(clock.monotonicMs() + afterMs);
      await hear({ kind: 'operator-stopping', why: 'asked' });
      life.close();
    };
    await ended(early, 60_000);
    expect(existsSync(path)).toBe(true);
    await ended(openLifeFile(path), 600_000);
    expect(existsSync(path)).toBe(false);
  });
});
