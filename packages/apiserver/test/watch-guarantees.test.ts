import { describe, expect, it } from 'vitest';
import type { ApiReplica, ApiServer, AuditEntry, FrontEnd, StreamFault } from '@kopfts/apiserver';
import { createApiServer } from '@kopfts/apiserver';
import { CONFIG_MAPS, call, configMap } from './client.js';
import { ManualClock } from './manual-clock.js';

// The six guarantees of etcd's watches, checked over random histories, faults and readers. A failure names its seed.

const WATCHERS = 64;
const STEPS = 150;
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];

/** What happened, from the history that the server writes: the truth that streams are compared with. */
interface Truth {
  readonly commits: { type: string; name: string; version: number; text: string }[];
}

interface Line {
  readonly type: string;
  readonly version: number;
  readonly name: string | undefined;
  readonly text: string;
  readonly code: number | undefined;
}

type Random = () => number;

/** mulberry32. */
function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const pick = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

/** A client as good clients are: it lists, watches from there, resumes from the last whole line, and lists again when told to. */
class Watcher {
  readonly #server: FrontEnd;
  readonly #abort = new AbortController();
  /** From which version, and what came of it: one entry per list. */
  readonly terms: { from: number; lines: Line[] }[] = [];
  /** The state that it has built. */
  readonly state = new Map<string, string>();
  readonly #random: Random;
  /** How many watches it took, and how many of them broke inside a line. */
  opened = 0;
  torn = 0;
  #version = 0;

  constructor(server: FrontEnd, random: Random) {
    this.#server = server;
    this.#random = random;
  }

  get version(): number {
    return this.#version;
  }

  async run(): Promise<void> {
    while (!this.#abort.signal.aborted) {
      if (this.terms.length === 0) await this.#list();
      await this.#watch();
    }
  }

  stop(): void {
    this.#abort.abort();
  }

  async #list(): Promise<void> {
    const { body } = await call(this.#server, 'GET', CONFIG_MAPS);
    const items = body['items'] as readonly { metadata: { name: string } }[];
    this.#version = Number((body['metadata'] as { resourceVersion: string }).resourceVersion);
    this.state.clear();
    for (const item of items) this.state.set(item.metadata.name, JSON.stringify(item));
    this.terms.push({ from: this.#version, lines: [] });
  }

  async #watch(): Promise<void> {
    const timeoutSeconds = 20 + Math.floor(this.#random() * 100);
    const path = `${CONFIG_MAPS}?watch=1&allowWatchBookmarks=true&resourceVersion=${this.#version}&timeoutSeconds=${timeoutSeconds}`;
    this.opened += 1;
    let rest = '';
    try {
      const answer = await this.#server.handle({ method: 'GET', path, signal: this.#abort.signal });
      const decoder = new TextDecoder();
      for await (const chunk of answer.chunks) {
        const pieces = (rest + decoder.decode(chunk, { stream: true })).split('\n');
        rest = pieces.pop() ?? '';
        for (const piece of pieces) await this.#take(piece);
        // Some read slowly, and are cut off for it.
        if (this.#random() < 0.2) await turns(Math.floor(this.#random() * 300));
      }
    } catch (error) {
      if ((error as { name?: string }).name !== 'ConnectionError') throw error;
    }
    if (rest !== '') this.torn += 1;
  }

  async #take(text: string): Promise<void> {
    const { type, object } = JSON.parse(text) as {
      type: string;
      object: { code?: number; metadata: { name?: string; resourceVersion?: string } };
    };
    if (type === 'ERROR') {
      if (object.code === 410) await this.#list();
      return;
    }
    const { name } = object.metadata;
    const line = { type, version: Number(object.metadata.resourceVersion), name, text: bodyText(object), code: object.code };
    this.terms.at(-1)?.lines.push(line);
    this.#version = line.version;
    if (type === 'DELETED') this.state.delete(name ?? '');
    else if (type !== 'BOOKMARK') this.state.set(name ?? '', line.text);
  }
}

/** Objects of lists of built-in kinds have no type; those of watches do. */
function bodyText(object: object): string {
  const { apiVersion: _apiVersion, kind: _kind, ...rest } = object as Record<string, unknown>;
  return JSON.stringify(rest);
}

interface World {
  readonly server: ApiServer;
  readonly replicas: readonly ApiReplica[];
  readonly clock: ManualClock;
  readonly random: Random;
}

const FAULTS: readonly ((random: Random) => StreamFault)[] = [
  (random) => ({ kind: 'cut', afterEvents: Math.floor(random() * 5) }),
  (random) => ({ kind: 'cut', afterEvents: Math.floor(random() * 5), ending: 'end' }),
  (random) => ({ kind: 'cut', afterEvents: Math.floor(random() * 3), bytes: 1 + Math.floor(random() * 300) }),
  (random) => ({ kind: 'errorEvent', afterEvents: Math.floor(random() * 4), code: pick(random, [410, 500, 503, 429]) }),
  (random) => ({ kind: 'delayEvent', event: 1 + Math.floor(random() * 3), ms: 1 + Math.floor(random() * 5_000) }),
];

async function step({ server, replicas, clock, random }: World): Promise<void> {
  const chance = random();
  const replica = pick(random, replicas);
  if (chance < 0.7) await write(server, random);
  else if (chance < 0.78) addFaults(server, random, 8);
  else if (chance < 0.82) pick(random, [() => replica.freeze(), () => replica.thaw()])();
  else if (chance < 0.86) replica.lag(Math.floor(random() * 5));
  else if (chance < 0.88) pick(random, [server, replica]).compact();
  else clock.advance(Math.floor(random() * 90_000));
  await turns(1 + Math.floor(random() * 10));
}

/** For watches to come, of anybody. */
function addFaults(server: ApiServer, random: Random, count: number): void {
  for (let index = 0; index < count; index += 1) server.faults.add({ verb: 'watch' }, pick(random, FAULTS)(random));
}

async function write(server: ApiServer, random: Random): Promise<void> {
  const name = pick(random, NAMES);
  const path = `${CONFIG_MAPS}/${name}`;
  const isThere = (await call(server, 'GET', path)).status === 200;
  if (!isThere) await call(server, 'POST', CONFIG_MAPS, { body: configMap(name, { n: String(random()) }) });
  else if (random() < 0.4) await call(server, 'DELETE', path);
  else
    await call(server, 'PATCH', path, {
      body: { data: { n: String(random()) } },
      headers: { 'content-type': 'application/merge-patch+json' },
    });
}

const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
};

function record(truth: Truth): (entry: AuditEntry) => void {
  return ({ commits }) => {
    for (const { type, collection, name, resourceVersion, after, before } of commits) {
      if (collection !== 'configmaps') continue;
      // A deletion is reported as the last state, under the version of the deletion.
      const body = after ?? { ...before, metadata: { ...(before?.['metadata'] as object), resourceVersion } };
      truth.commits.push({ type, name, version: Number(resourceVersion), text: JSON.stringify(body) });
    }
  };
}

interface Played {
  readonly truth: Truth;
  readonly watchers: readonly Watcher[];
}

async function play(seed: number): Promise<Played> {
  const random = seeded(seed);
  const clock = new ManualClock();
  const server = createApiServer({ seed, clock, historyLimit: 60, pendingEventLimit: 40 });
  const replicas = [server.replica(), server.replica({ historyLimit: 30 })];
  const truth: Truth = { commits: [] };
  server.audit(record(truth));
  addFaults(server, random, WATCHERS);
  const watchers = Array.from({ length: WATCHERS }, () => new Watcher(pick(random, [server, ...replicas]), random));
  const running = watchers.map((watcher) => watcher.run());
  for (let count = 0; count < STEPS; count += 1) await step({ server, replicas, clock, random });
  // Healing: no faults any more, every view catches up, and time passes for what was delayed.
  server.faults.clear();
  for (const replica of replicas) {
    replica.lag(0);
    replica.thaw();
  }
  const last = (await call(server, 'POST', CONFIG_MAPS, { body: configMap('last') })).body['metadata'] as { resourceVersion: string };
  for (let count = 0; count < 200 && watchers.some(({ version }) => version < Number(last.resourceVersion)); count += 1) {
    clock.advance(1_000);
    await turns(200);
  }
  for (const watcher of watchers) watcher.stop();
  await server.close();
  await Promise.all(running);
  return { truth, watchers };
}

/** What a stream should have said, from a version up to what it has said last. */
function expectedOf({ commits }: Truth, { from, lines }: { from: number; lines: readonly Line[] }) {
  const until = lines.at(-1)?.version ?? from;
  return commits.filter(({ version }) => version > from && version <= until);
}

const SEEDS = Array.from({ length: 4 }, (_, index) => index + 1);

describe.each(SEEDS)('64 watchers under random faults, seed %i', (seed) => {
  let played: Promise<Played> | undefined;
  const terms = async () => {
    played ??= play(seed);
    const { truth, watchers } = await played;
    return { truth, watchers, terms: watchers.flatMap((watcher) => watcher.terms) };
  };

  it('[S21] see events in order and only once, resumptions included', async () => {
    for (const { from, lines } of (await terms()).terms) {
      let before = from;
      for (const { type, version } of lines) {
        // Ordered and Unique: versions rise with every event; a bookmark may repeat the last one.
        if (type === 'BOOKMARK') expect(version).toBeGreaterThanOrEqual(before);
        else expect(version).toBeGreaterThan(before);
        before = version;
      }
    }
  });

  it('[S21] miss no event and see each whole, in the state that was committed', async () => {
    const { truth, terms: all } = await terms();
    for (const term of all) {
      const events = term.lines.filter(({ type }) => type !== 'BOOKMARK');
      // Reliable, Resumable and Atomic: exactly the commits since the list, whatever broke in between.
      expect(events.map(({ type, name, version, text }) => ({ type, name, version, text }))).toEqual(expectedOf(truth, term));
    }
  });

  it('[S21] are told by bookmarks that nothing before them is missing', async () => {
    const { truth, terms: all } = await terms();
    const bookmarks = all.flatMap((term) => term.lines.map((line, index) => ({ line, seen: term.lines.slice(0, index), from: term.from })));
    const checked = bookmarks.filter(({ line }) => line.type === 'BOOKMARK');
    expect(checked.length).toBeGreaterThan(0);
    for (const { line, seen, from } of checked) {
      const due = truth.commits.filter(({ version }) => version > from && version <= line.version);
      expect(seen.filter(({ type }) => type !== 'BOOKMARK').map(({ version }) => version)).toEqual(due.map(({ version }) => version));
    }
  });

  it('end with the state of the server, all of them', async () => {
    const { truth, watchers } = await terms();
    const state = new Map<string, string>();
    for (const { type, name, text } of truth.commits) {
      if (type === 'DELETED') state.delete(name);
      else state.set(name, text);
    }
    const sorted = (map: ReadonlyMap<string, string>) => [...map].sort();
    for (const watcher of watchers) expect(sorted(watcher.state)).toEqual(sorted(state));
    // Else nothing was tried.
    const sum = (count: (watcher: Watcher) => number) => watchers.reduce((total, watcher) => total + count(watcher), 0);
    expect(sum(({ opened }) => opened)).toBeGreaterThan(3 * WATCHERS);
    expect(sum(({ torn }) => torn)).toBeGreaterThan(3);
    expect(sum(({ terms: lists }) => lists.length)).toBeGreaterThan(WATCHERS);
  });
});
