/** A reporter of vitest: how long each suite took, everything included, into the file that KOPFTS_SUITE_TIMES names. */
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fromRoot } from './workspace.mjs';

export default class SuiteTimesReporter {
  onTestRunEnd(modules) {
    const times = modules.map((module) => {
      const { environmentSetupDuration, prepareDuration, collectDuration, setupDuration, duration } = module.diagnostic();
      const ms = environmentSetupDuration + prepareDuration + collectDuration + setupDuration + duration;
      return { file: relative(fromRoot(), module.moduleId).replaceAll('\\', '/'), ms: Math.round(ms) };
    });
    writeFileSync(process.env.KOPFTS_SUITE_TIMES, JSON.stringify(times));
  }
}
