import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createSeededRandom, type JsonObject, type ObjectBody, type Random } from '@kopfts/core';
import type { RedisProcess } from '../../../../tools/redis/server.mjs';
import { createActor } from './acting.js';
import { createApiPerson, deleteAsSeen, type ApiPerson, type ServerAccess } from './api-person.js';
import { KIND, NAMESPACES, PLURAL } from './kills-workload.mjs';
import { makeKillsKind, removeKillsKind } from './kills-kind.js';
import { objectOf } from './kills-model.js';
import { planStory, survivors, type Act } from './kills-story.js';
import { createOperatorLives, type OperatorLives } from './operator-lives.js';

const program = fileURLToPath(new URL('redis-operator.mjs', import.meta.url));
const API = `/apis/${KIND.group}/v1`;
const COLLECTION = `${API}/${PLURAL}`;
const WORK_MS = 10;
/** So long nothing may get better. */
const CONVERGENCE_MS = 120_000;
const RECREATION_MS = 600_000;
const AGAIN_MS = 200;
const LIFE_DEEDS = 40;
const LIFE_MS = 150;
const OUTAGE_MS = 400;

/** What a handler noted, or the operator said. */
export interface RedisNote {
  readonly atMs: number;
  readonly entry: {
    readonly kind: 'start' | 'end' | 'waits' | 'told';
    readonly instance: string;
    readonly handler: string;
    readonly uid: string;
    readonly attempt: number;
    readonly value: number;
    readonly old?: number;
    readonly ok?: boolean;
    readonly code?: string;
    readonly name?: string;
  };
}

/** Between two lives: what Redis and the cluster have. */
export interface Snapshot {
  readonly atMs: number;
  /** By uid: `spec.value` of the essence that counts as handled. */
  readonly handled: ReadonlyMap<string, number>;
  readonly objects: readonly ObjectBody[];
}

export interface RedisKillsOptions {
  readonly seed: number;
  readonly kills: number;
  readonly objects: number;
  readonly server: ServerAccess;
  readonly redis: RedisProcess;
  /** Entries of all objects, by uid. */
  readonly entries: () => Promise<ReadonlyMap<string, string>>;
}

export interface RedisKillsResult {
  readonly notes: readonly RedisNote[];
  readonly snapshots: readonly Snapshot[];
  readonly left: readonly ObjectBody[];
  readonly expected: ReturnType<typeof survivors>;
  readonly killed: { readonly operator: number; readonly redis: number };
}

/** Plays the story while Redis, the operator, or both die in each turn; then lets the last life finish. */
export async function runRedisKills(options: RedisKillsOptions): Promise<RedisKillsResult> {
  const { seed, kills, objects, server, redis } = options;
  const random = createSeededRandom(seed);
  const story = planStory(random, { objects, namespaces: NAMESPACES, turns: kills });
  const person = createApiPerson(server, 'person');
  const folder = mkdtempSync(join(tmpdir(), 'kopfts-redis-kills-'));
  const more = { store: { url: redis.url, cluster: 'kills', answerTimeout: 2 } };
  const lives = createOperatorLives({ server, folder, workMs: WORK_MS, program, more });
  const snapshots: Snapshot[] = [];
  const killed = { operator: 0, redis: 0 };
  const wallMs = (): number => performance.timeOrigin + performance.now();
  try {
    await makeKillsKind(person, server);
    const acting = createActor((act) => carryOut(person, act));
    await lives.start(0);
    for (const acts of story) {
      acting.perform(acts);
      const victim = await killSomebody(random, { lives, redis });
      for (const who of victim) killed[who] += 1;
      if (victim.includes('operator')) {
        const atMs = wallMs();
        snapshots.push({ atMs, handled: handledIn(await options.entries()), objects: (await person.list(COLLECTION)).items });
        await lives.start(Math.floor(random.next() * LIFE_DEEDS));
      }
    }
    await acting.done();
    const expected = survivors(story);
    await until(async () => {
      const { items } = await person.list(COLLECTION);
      return [...unlikeExpected(items, expected), ...unhandled(items, handledIn(await options.entries()))];
    });
    const left = (await person.list(COLLECTION)).items;
    snapshots.push({ atMs: wallMs(), handled: handledIn(await options.entries()), objects: left });
    await lives.end('SIGTERM');
    return { notes: notesIn(folder), snapshots, left, expected, killed };
  } finally {
    await lives.close();
    await removeKillsKind(server);
    await person.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Victim = 'operator' | 'redis';

async function killSomebody(
  random: Random,
  { lives, redis }: { readonly lives: OperatorLives; readonly redis: RedisProcess },
): Promise<readonly Victim[]> {
  await sleep(random.next() * LIFE_MS);
  const chance = random.next();
  if (chance < 0.4) {
    await lives.end('SIGKILL');
    return ['operator'];
  }
  await redis.kill();
  if (chance < 0.6) await lives.end('SIGKILL');
  else await sleep(random.next() * OUTAGE_MS);
  await redis.start();
  return chance < 0.6 ? ['redis', 'operator'] : ['redis'];
}

/** Notes of all lives, in the order in which they were written. */
function notesIn(folder: string): readonly RedisNote[] {
  const notes = readdirSync(folder).flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .filter((line) => line.endsWith('}'))
      .map((line) => JSON.parse(line) as RedisNote),
  );
  return notes.sort((a, b) => a.atMs - b.atMs);
}

function handledIn(entries: ReadonlyMap<string, string>): ReadonlyMap<string, number> {
  const handled = new Map<string, number>();
  for (const [uid, text] of entries) {
    const essence = text.split('\n')[2] ?? '';
    if (essence === '') continue;
    const { spec } = JSON.parse(essence) as { readonly spec?: { readonly value?: number } };
    handled.set(uid, spec?.value ?? -1);
  }
  return handled;
}

async function carryOut(person: ApiPerson, act: Act): Promise<void> {
  const path = `${API}/namespaces/${act.namespace}/${PLURAL}`;
  const requests = {
    create: () => person.ask('POST', path, objectOf(act)),
    change: () => person.ask('PATCH', `${path}/${act.name}`, { spec: { value: act.value } }),
    delete: () => deleteAsSeen(person, `${path}/${act.name}`),
  };
  await until(async () => {
    const { status, body } = await requests[act.kind]();
    if (status >= 300 && status !== 409) throw new Error(`${act.kind} was answered ${String(status)}: ${JSON.stringify(body)}`);
    return status < 300 ? [] : [body];
  }, RECREATION_MS); // its predecessor goes when an operator lives long enough to let it
}

/** Objects that are not as the handlers leave them; and how many there should be. */
function unlikeExpected(items: readonly ObjectBody[], expected: ReturnType<typeof survivors>): readonly object[] {
  const unlike = items.filter(({ metadata, ...body }) => {
    const status = body['status'] as JsonObject | undefined;
    const value = expected.get(`${metadata.namespace ?? ''}/${metadata.name}`)?.last.value;
    return metadata.deletionTimestamp !== undefined || status?.['value'] !== value || status?.['name_it'] === undefined;
  });
  return items.length === expected.size ? unlike : [...unlike, { there: items.length, expected: expected.size }];
}

function unhandled(items: readonly ObjectBody[], handled: ReadonlyMap<string, number>): readonly object[] {
  return items.filter(({ metadata, ...body }) => handled.get(metadata.uid) !== (body['spec'] as JsonObject | undefined)?.['value']);
}

/** Until nothing is left to be complained of, as long as it gets less. */
async function until(complaints: () => Promise<readonly unknown[]>, withinMs = CONVERGENCE_MS): Promise<void> {
  let least = Infinity;
  let endMs = 0;
  for (;;) {
    const left = await complaints();
    if (left.length === 0) return;
    if (left.length < least) endMs = performance.now() + withinMs;
    least = Math.min(least, left.length);
    if (performance.now() > endMs) throw new Error(`${String(left.length)} are left, the first: ${JSON.stringify(left[0])}`);
    await sleep(AGAIN_MS);
  }
}
