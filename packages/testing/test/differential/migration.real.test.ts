import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kopfPython } from '../../../../tools/kopf-python/environment.mjs';
import type { Side } from './lives.js';
import { recordingOf } from './recordings.js';
import { scenarioNamed } from './scenarios.js';
import { openStage, PLAY_MS, type OpenStage } from './stage.js';

const kopf = await kopfPython();

/** Where the operator is stopped in the middle, its successor is of the other side. */
const HANDOVERS: readonly (readonly [title: string, scenario: string])[] = [
  ['[MIG-14, MIG-06] in the middle of a creation with retries', 'restart-in-retries'],
  ['[MIG-14, C-30] in the middle of an update, with a change meanwhile', 'update-in-downtime-retries'],
  ['[MIG-14, SH-14] in the middle of sub-handlers', 'restart-in-sub-handlers'],
  ['[MIG-14] killed in the middle of a creation and of a deletion', 'killed-in-retries'],
  ['[MIG-01, Z-05] before, and in the middle of, a deletion that is held', 'deleted-while-down'],
  ['[MIG-07] between changes', 'downtime-changes'],
  ['[MIG-07] without a change, whatever the numbers look like', 'odd-numbers'],
  ['[MIG-02, R-10] between creation, update and resumption', 'one-function'],
];

const DIRECTIONS: readonly (readonly [what: string, sides: readonly Side[]])[] = [
  ['ours takes over from Kopf', ['kopf', 'ours']],
  ['Kopf takes over from ours', ['ours', 'kopf']],
];
const plays = HANDOVERS.flatMap(([, name]) => DIRECTIONS.map(([, sides]) => [scenarioNamed(name), sides] as const));

describe.skipIf(kopf === undefined)('an operator is replaced in place', () => {
  let stage: OpenStage;
  beforeAll(async () => {
    stage = await openStage(plays, kopf?.python);
  });
  afterAll(() => stage.close());

  describe.each(DIRECTIONS)('%s', (_what, sides) => {
    it.each(HANDOVERS)('%s', { timeout: PLAY_MS }, async (_title, name) => {
      const scenario = scenarioNamed(name);
      const both = await stage.result(scenario, sides);
      expect(both).toEqual({ ...recordingOf(scenario), writes: both.writes });
    });
  });
});
