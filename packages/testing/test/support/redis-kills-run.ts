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
const TURNS_PER_WIPE = 50;
const wallMs = (): number => performance.timeOrigin + performance.now();

/** What a handler noted, or the operator said. */
export interface RedisNote {
  readonly atMs: number;
  readonly entry: {
    readonly kind: 'start' | 'end' | 'waits' | 'adopted' | 'told';
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

/** What the laws ask of an object. */
export interface SeenObject {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly status: JsonObject;
  /** For whoever reads a violation. */
  readonly deletionTimestamp: string | undefined;
  readonly finalizers: readonly string[];
}

/** Between two lives: what Redis and the cluster have. */
export interface Snapshot {
  readonly atMs: number;
  /** By uid: `spec.value` of the essence that counts as handled. */
  readonly handled: ReadonlyMap<string, number>;
  /** One value each as long as it does not change: a long run has many snapshots. */
  readonly objects: readonly SeenObject[];
}

/** All that Redis had was wiped, at some moment in between. */
export interface Wipe {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface RedisKillsOptions {
  readonly seed: number;
  readonly kills: number;
  readonly objects: number;
  readonly server: ServerAccess;
  readonly redis: RedisProcess;
  /** What becomes of what nobody knows any more (design 6.14). */
  readonly whenLost: 'adopt' | 'rehandle';
  readonly wipe: () => Promise<void>;
  /** Entries of all objects, by uid. */
  readonly entries: () => Promise<ReadonlyMap<string, string>>;
}

export interface RedisKillsResult {
  readonly notes: readonly RedisNote[];
  readonly snapshots: readonly Snapshot[];
  readonly wipes: readonly Wipe[];
  readonly whenLost: 'adopt' | 'rehandle';
  readonly left: readonly ObjectBody[];
  readonly expected: ReturnType<typeof survivors>;
  readonly killed: { readonly operator: number; readonly redis: number };
}

/** Plays the story while Redis, the operator, or both die in each turn, or Redis loses all; then lets the last life finish. */
export async function runRedisKills(options: RedisKillsOptions): Promise<RedisKillsResult> {
  const { seed, kills, objects, server, redis, whenLost } = options;
  const random = createSeededRandom(seed);
  const story = planStory(random, { objects, namespaces: NAMESPACES, turns: kills });
  const wiping = planWipes(random, kills);
  const person = createApiPerson(server, 'person');
  const folder = mkdtempSync(join(tmpdir(), 'kopfts-redis-kills-'));
  const more = { store: { url: redis.url, cluster: 'kills', answerTimeout: 2, whenLost } };
  const lives = createOperatorLives({ server, folder, workMs: WORK_MS, program, more });
  const snapshots: Snapshot[] = [];
  const wipes: Wipe[] = [];
  const killed = { operator: 0, redis: 0 };
  const list = async (): Promise<readonly ObjectBody[]> => (await person.list(COLLECTION)).items;
  const look = async (): Promise<void> => {
    const atMs = wallMs();
    const entries = await options.entries();
    const objects = seenIn(await list(), snapshots.at(-1));
    snapshots.push({ atMs, handled: handledIn(entries), objects });
  };
  try {
    await makeKillsKind(person, server);
    const acting = createActor((act) => carryOut(person, act));
    await lives.start(0);
    for (const [turn, acts] of story.entries()) {
      acting.perform(acts);
      await sleep(random.next() * LIFE_MS);
      const wipe = wiping.get(turn);
      if (wipe !== undefined) wipes.push(await wipeAll(options));
      const victims = wipe === undefined ? await killSomebody(random, { lives, redis }) : await wipeSurvived(wipe, lives);
      for (const who of victims) killed[who] += 1;
      if (!victims.includes('operator')) continue;
      await look();
      await lives.start(Math.floor(random.next() * LIFE_DEEDS));
    }
    await acting.done();
    // What rests since a wipe is looked at by the next life.
    await lives.end('SIGKILL');
    await look();
    await lives.start(0);
    const expected = survivors(story);
    await until(async () => {
      const [items, forgiven] = [await list(), whenLost === 'adopt' ? adoptedIn({ notes: notesIn(folder) }) : new Set<string>()];
      return [...unlikeExpected(items, { expected, forgiven }), ...unhandled(items, handledIn(await options.entries()))];
    });
    await look();
    const left = await list();
    await lives.end('SIGTERM');
    return { notes: notesIn(folder), snapshots, wipes, whenLost, left, expected, killed };
  } finally {
    await lives.close();
    await removeKillsKind(server);
    await person.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Victim = 'operator' | 'redis';
/** Who lives on after a wipe: the one who knows what was there, or nobody. */
type WipeForm = 'operator lives' | 'operator dies';

/** In which turns Redis loses all: twice at least, spread over the story, in both forms. */
function planWipes(random: Random, turns: number): ReadonlyMap<number, WipeForm> {
  const wipes = Math.max(2, Math.round(turns / TURNS_PER_WIPE));
  return new Map(
    Array.from({ length: wipes }, (_, index) => [
      Math.floor(((index + random.next()) * turns) / wipes),
      index % 2 === 0 ? 'operator lives' : 'operator dies',
    ]),
  );
}

async function wipeAll({ wipe }: RedisKillsOptions): Promise<Wipe> {
  const fromMs = wallMs();
  await wipe();
  return { fromMs, toMs: wallMs() };
}

async function wipeSurvived(form: WipeForm, lives: OperatorLives): Promise<readonly Victim[]> {
  if (form === 'operator lives') return [];
  await lives.end('SIGKILL');
  return ['operator'];
}

async function killSomebody(
  random: Random,
  { lives, redis }: { readonly lives: OperatorLives; readonly redis: RedisProcess },
): Promise<readonly Victim[]> {
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

/** Those that did not change are the same values as before. */
function seenIn(items: readonly ObjectBody[], before: Snapshot | undefined): readonly SeenObject[] {
  const known = new Map(before?.objects.map((object) => [object.uid, object]));
  return items.map(({ metadata, ...body }) => {
    const { uid, resourceVersion, deletionTimestamp, finalizers = [] } = metadata;
    const same = known.get(uid);
    if (same?.resourceVersion === resourceVersion) return same;
    return { uid, resourceVersion, status: (body['status'] ?? {}) as JsonObject, deletionTimestamp, finalizers };
  });
}

/** By uid: what counts as handled as it was, because nobody knows better. It is told before it is written: nothing is adopted in silence. */
export function adoptedIn({ notes }: Pick<RedisKillsResult, 'notes'>): ReadonlySet<string> {
  return new Set(notes.flatMap(({ entry }) => (entry.kind === 'adopted' ? [entry.uid] : [])));
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
function unlikeExpected(
  items: readonly ObjectBody[],
  { expected, forgiven }: { readonly expected: ReturnType<typeof survivors>; readonly forgiven: ReadonlySet<string> },
): readonly object[] {
  const unlike = items.filter(({ metadata, ...body }) => {
    if (forgiven.has(metadata.uid)) return metadata.deletionTimestamp !== undefined;
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
