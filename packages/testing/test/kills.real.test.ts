import { checkHistory, type HistoryEntry, INVARIANTS, type OperatorModel, type Violation } from '@kopfts/testing';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { interruptionsIn } from './support/interruptions.js';
import { model, stateOf, undisturbed } from './support/kills-model.js';
import { runKills, type KillsResult } from './support/kills-run.js';
import * as tampered from './support/tampered-history.js';

/** A longer or another run: `npm run long -- kills --seed 7 --count 2000`, or `KOPFTS_KILLS=2000 KOPFTS_OBJECTS=3000 KOPFTS_SEED=7`. */
const kills = Number(process.env['KOPFTS_KILLS'] ?? process.env['KOPFTS_COUNT'] ?? 200);
const objects = Number(process.env['KOPFTS_OBJECTS'] ?? Math.max(20, Math.round(kills * 1.5)));
const seed = Number(process.env['KOPFTS_SEED'] ?? 1);
/** About 0.5 s per kill on two cores; patience for busy ones. */
const PATIENCE_MS = 60_000 + kills * 5000;

/** What is needed to understand a violation of a run that nobody can repeat: all that happened to its objects, a line each. */
function storyOf({ invariant, message, seq }: Violation, history: readonly HistoryEntry[]): string {
  const uids = message.match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? [];
  const lines = history
    .map((entry) => JSON.stringify(entry))
    .filter((line) => uids.some((uid) => line.includes(uid)))
    .map((line) => line.slice(0, 1200));
  return [`${invariant} at ${String(seq)}: ${message}`, ...lines].join('\n');
}

describe(`an operator that is killed ${kills} times on a real kube-apiserver, while ${objects} objects come, change and go`, () => {
  let result: KillsResult;
  let judged: OperatorModel;

  beforeAll(async () => {
    console.log(`KOPFTS_SEED=${seed} KOPFTS_KILLS=${kills} KOPFTS_OBJECTS=${objects}`);
    const begin = performance.now();
    result = await runKills({ seed, kills, objects, server: inject('controlPlane') });
    const took = Math.round((performance.now() - begin) / 1000);
    judged = { ...model, reference: await undisturbed(result.story) };
    console.log(`${took} s, ${result.history.length} entries; kills by what they interrupted:`, interruptionsIn(result.history));
    for (const violation of checkHistory(result.history, judged)) console.log(storyOf(violation, result.history));
  }, PATIENCE_MS);

  const violationsOf = (history: readonly HistoryEntry[], ...ids: readonly string[]): readonly unknown[] =>
    INVARIANTS.filter(({ id }) => ids.includes(id)).flatMap((invariant) => invariant.check(history, judged));

  it('[A1] is hit by kills in the middle of handlers and of writes, also when the server had done them', () => {
    const interruptions = interruptionsIn(result.history);
    expect(interruptions.kills).toBe(kills);
    expect(interruptions.atWork).toBeGreaterThan(kills / 4);
    expect(interruptions.inHandler).toBeGreaterThan(kills / 20);
    expect(interruptions.inWrite).toBeGreaterThan(kills / 20);
    expect(interruptions.afterCommit).toBeGreaterThan(0);
  });

  it('knows who made every change, and no request of an operator but by its notes', () => {
    const commits = result.history.filter((entry) => entry.kind === 'commit');
    const strangers = commits.filter(({ actor, call }) => actor !== 'person' && call === undefined);
    expect(strangers).toEqual([]);
    expect(commits.filter(({ type }) => type === 'ADDED').length).toBeGreaterThanOrEqual(objects);
  });

  it('[S3, S6, S7] writes to the right object, has its finalizer first, and leaves no handler out', () => {
    expect(violationsOf(result.history, 'S3', 'S6', 'S7')).toEqual([]);
  });

  it('[S8, S9] repeats no handler without need, and loses no result', () => {
    expect(violationsOf(result.history, 'S8', 'S9')).toEqual([]);
  });

  it('[L1] comes to the state of an undisturbed run, without a trace of what is gone', () => {
    expect(violationsOf(result.history, 'L1')).toEqual([]);
    expect(stateOf(result.left)).toEqual(judged.reference);
    expect(result.exit).toBe(0);
  });

  it('violates nothing else that can be asked of its history', () => {
    expect(checkHistory(result.history, judged)).toEqual([]);
  });

  it.each([
    ['S3', 'a write that strayed to another object', tampered.withStrayedWrite],
    ['S6', 'a handler that ran before the finalizer was there', tampered.withEarlyHandler],
    ['S7', 'a handler that never ran', tampered.withoutHandler],
    ['S8', 'a handler that ran once more', tampered.withRepeatedHandler],
    ['S9', 'a result that was never stored', tampered.withoutResult],
    ['L1', 'a last write that never happened', tampered.withoutLastWrite],
  ])('would have seen, by %s, %s', (id, _what, tamper) => {
    expect(violationsOf(tamper(result.history), id)).not.toEqual([]);
  });
});
