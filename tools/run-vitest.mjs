/** Runs suites by vitest, shown as they run; the numbers come from its reports. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { runTool } from './run-tool.mjs';
import { fromRoot, tool } from './workspace.mjs';

/** Returns what a step reports, with the time of each suite. Further arguments and environment are for vitest and the suites. */
export async function runVitest(projects, { args = [], env = {} } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'kopfts-vitest-'));
  try {
    const [outputFile, timesFile] = [join(folder, 'report.json'), join(folder, 'times.json')];
    const selection = projects.flatMap((project) => ['--project', project]);
    const reporters = ['default', 'json', fromRoot('tools', 'suite-times-reporter.mjs')].map((reporter) => `--reporter=${reporter}`);
    const { code } = await runTool(tool('vitest'), ['run', ...selection, ...reporters, `--outputFile=${outputFile}`, ...args], {
      stdio: ['ignore', 1, 2],
      env: { ...env, KOPFTS_SUITE_TIMES: timesFile },
    });
    const suites = JSON.parse(readFileSync(timesFile, 'utf8'));
    return { ...summary(JSON.parse(readFileSync(outputFile, 'utf8')), code), suites };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What vitest's report in JSON says. A suite that did not load is one failure; all that neither passed nor failed was skipped. */
export function summary(report, code) {
  const result = { passed: 0, failed: [], skipped: [] };
  for (const suite of report.testResults) {
    const file = relative(fromRoot(), suite.name).replaceAll('\\', '/');
    if (suite.status === 'failed' && !suite.assertionResults.some(({ status }) => status === 'failed')) {
      result.failed.push(`${file}: ${String(suite.message).split('\n')[0]}`);
    }
    for (const { status, fullName } of suite.assertionResults) {
      if (status === 'passed') result.passed += 1;
      else if (status === 'failed') result.failed.push(`${file}: ${fullName}`);
      else result.skipped.push(`${file}: ${fullName} (${status})`);
    }
  }
  if (code !== 0 && result.failed.length === 0) result.failed.push(`vitest ended with ${code} although no test failed`);
  return result;
}
