import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kopfPython } from '../../../../tools/kopf-python/environment.mjs';
import { recordingOf, record } from './recordings.js';
import type { Scenario } from './scenario.js';
import { SCENARIOS } from './scenarios.js';
import { openStage, PLAY_MS, type OpenStage } from './stage.js';

/** Some here, as many as a long form asks for there; or those whose names are given, for recording. */
const USUAL = ['create-result', 'delete-finalizer', 'label-filters', 'restart-in-retries', 'update-diff'];
const count = process.env['KOPFTS_COUNT'];
const toRecord = process.env['KOPFTS_RECORD'];

function isChosen({ name }: Scenario, index: number): boolean {
  if (toRecord !== undefined) return toRecord === 'all' || toRecord.split(',').includes(name);
  return count === undefined ? USUAL.includes(name) : index < Number(count);
}

const chosen = SCENARIOS.filter(isChosen);
const kopf = await kopfPython();

describe.skipIf(kopf === undefined)(`what is recorded of Kopf ${kopf?.version ?? ''} is what it does`, () => {
  let stage: OpenStage;
  beforeAll(async () => {
    stage = await openStage(
      chosen.map((scenario) => [scenario, ['kopf']]),
      kopf?.python,
    );
  });
  afterAll(() => stage.close());

  it.each(chosen.map((scenario) => [scenario.name, scenario] as const))(
    'in the scenario %s',
    { timeout: PLAY_MS },
    async (_name, scenario) => {
      const evidence = await stage.result(scenario, ['kopf']);
      if (toRecord !== undefined) record(scenario, evidence);
      expect(evidence).toEqual(recordingOf(scenario));
    },
  );
});
