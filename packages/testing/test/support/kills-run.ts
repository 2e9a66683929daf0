import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSeededRandom, type ObjectBody } from '@kopfts/core';
import { auditHistory, type HistoryEntry } from '@kopfts/testing';
import { auditEnd, auditLines } from '../../../../tools/kube-apiserver/audit-log.js';
import { createActor } from './acting.js';
import { createApiPerson, deleteAsSeen, observe, type ApiPerson, type Observer, type ServerAccess } from './api-person.js';
import { KIND, NAME, NAMESPACES, PLURAL } from './kills-workload.mjs';
import { makeKillsKind, removeKillsKind } from './kills-kind.js';
import { COLLECTION, objectOf } from './kills-model.js';
import { planStory, survivors, type Act } from './kills-story.js';
import { createOperatorLives } from './operator-lives.js';

export interface KillsOptions {
  readonly seed: number;
  readonly kills: number;
  readonly objects: number;
  readonly server: ServerAccess & { readonly auditLogPath: string };
}

/** What there is to judge. */
export interface KillsResult {
  readonly history: readonly HistoryEntry[];
  /** The objects in the end. */
  readonly left: readonly ObjectBody[];
  /** What was done to them. */
  readonly story: readonly (readonly Act[])[];
  /** How the last life ended, which was asked to. */
  readonly exit: number | NodeJS.Signals | null;
}

const API = `/apis/${KIND.group}/v1`;
/** An operator lives until it has done a number of things to objects, below this, and then a moment; so a slow machine takes longer, but as far. */
const LIFE_DEEDS = 24;
const LIFE_MS = 50;
/** How long a handler takes. */
const WORK_MS = 40;
const CONVERGENCE_MS = 600_000;
const RECREATION_MS = 600_000;
const REST_MS = 2000;

/** Plays the story on a real server, kills the operator in each turn, lets the last one finish, and reads what happened. */
export async function runKills({ seed, kills, objects, server }: KillsOptions): Promise<KillsResult> {
  const random = createSeededRandom(seed);
  const story = planStory(random, { objects, namespaces: NAMESPACES, turns: kills });
  const folder = mkdtempSync(join(tmpdir(), 'kopfts-kills-'));
  const person = createApiPerson(server, 'person');
  const from = auditEnd(server.auditLogPath);
  const lives = createOperatorLives({ server, folder, workMs: WORK_MS });
  let observer: Observer | undefined;
  try {
    await makeKillsKind(person, server);
    observer = observe(server, `${API}/${PLURAL}`, (await person.list(`${API}/${PLURAL}`)).resourceVersion);
    const acting = createActor((act) => carryOut(person, act));
    for (const acts of story) {
      acting.perform(acts);
      await lives.start(Math.floor(random.next() * LIFE_DEEDS));
      await sleep(random.next() * LIFE_MS);
      await lives.end('SIGKILL');
    }
    await lives.start(0);
    await acting.done();
    lives.note({ kind: 'phase', phase: 'steady' });
    const expected = survivors(story);
    await until(async () => isConverged((await person.list(`${API}/${PLURAL}`)).items, expected));
    await sleep(REST_MS); // for what an operator does after its start, whatever there is to do
    lives.note({ kind: 'phase', phase: 'converged' });
    await sleep(REST_MS);
    lives.note({ kind: 'phase', phase: 'quiet' });
    const left = (await person.list(`${API}/${PLURAL}`)).items;
    const exit = await lives.end('SIGTERM');
    await observer.end();
    const audit = auditLines(server.auditLogPath, from).filter((line) => line.includes(`"resource":"${PLURAL}"`));
    return {
      history: auditHistory({ collection: COLLECTION, audit, notes: lives.notes(), observed: observer.changes }),
      left,
      story,
      exit,
    };
  } finally {
    await lives.close();
    await observer?.end();
    await removeKillsKind(server);
    await person.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function carryOut(person: ApiPerson, act: Act): Promise<void> {
  const { kind, namespace, name, value } = act;
  const path = `${API}/namespaces/${namespace}/${PLURAL}`;
  const expectStatus = ({ status, body }: { readonly status: number; readonly body: object }, wanted: number): void => {
    if (status !== wanted) throw new Error(`${kind} ${namespace}/${name} was answered ${String(status)}: ${JSON.stringify(body)}`);
  };
  if (kind === 'change') return expectStatus(await person.ask('PATCH', `${path}/${name}`, { spec: { value } }), 200);
  if (kind === 'delete') {
    await until(
      async () => {
        const answer = await deleteAsSeen(person, `${path}/${name}`);
        if (answer.status === 409) return false;
        expectStatus(answer, 200);
        return true;
      },
      RECREATION_MS,
      10,
    );
    return;
  }
  // Its predecessor goes when an operator lives long enough to let it.
  await until(
    async () => {
      const answer = await person.ask('POST', path, objectOf(act));
      if (answer.status === 409) return false;
      expectStatus(answer, 201);
      return true;
    },
    RECREATION_MS,
    1000,
  );
}

/** As the handlers leave it, with nothing of the way there; and nobody else. */
function isConverged(items: readonly ObjectBody[], expected: ReturnType<typeof survivors>): boolean {
  return (
    items.length === expected.size &&
    items.every((item) => {
      const { namespace = '', name, annotations = {}, deletionTimestamp } = item.metadata;
      const value = expected.get(`${namespace}/${name}`)?.last.value;
      const handled = annotations[`${NAME}.kopf.zalando.org/last-handled-configuration`];
      const status = item['status'] as { readonly value?: number } | undefined;
      return deletionTimestamp === undefined && status?.value === value && handled?.includes(`"value":${String(value)}`) === true;
    })
  );
}

/** Fails after the time that convergence may take. */
async function until(condition: () => Promise<boolean>, withinMs = CONVERGENCE_MS, againMs = 200): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error(`not within ${String(withinMs)} ms`);
    await sleep(againMs);
  }
}
