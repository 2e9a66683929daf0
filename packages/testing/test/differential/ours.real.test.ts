import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordingOf } from './recordings.js';
import { SCENARIOS } from './scenarios.js';
import { openStage, type OpenStage } from './stage.js';

describe('scenarios', () => {
  let stage: OpenStage;
  beforeAll(async () => {
    stage = await openStage(SCENARIOS.map((scenario) => [scenario, ['ours']]));
  });
  afterAll(() => stage.close());

  it.each(SCENARIOS)('$name', { timeout: 600_000 }, async (scenario) => {
    const ours = await stage.result(scenario, ['ours']);
    const { writes, ...theirs } = recordingOf(scenario);
    expect(ours).toEqual({ ...theirs, writes: ours.writes });
    expect(ours.writes.length).toBeLessThanOrEqual(writes.length);
  });
});
