// What Kopf did, scenario by scenario, in files beside this one. They are made by running it (docs/differential.md), never by hand.
import { readFileSync, writeFileSync } from 'node:fs';
import type { Evidence } from './evidence.js';
import type { Scenario } from './scenario.js';

const fileOf = ({ name }: Scenario): URL => new URL(`recordings/${name}.json`, import.meta.url);

export function recordingOf(scenario: Scenario): Evidence {
  return JSON.parse(readFileSync(fileOf(scenario), 'utf8')) as Evidence;
}

export function record(scenario: Scenario, evidence: Evidence): void {
  writeFileSync(fileOf(scenario), `${JSON.stringify(evidence, null, 2)}\n`);
}
