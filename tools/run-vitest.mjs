/** Runs suites by vitest, shown as they run; the numbers come from its reports. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { runTool } from './run-tool.mjs';
import { fromRoot, tool } from './workspace.mjs';

/**
 * Returns what a step reports, with the time of each suite. Further arguments and environment are for vitest and the suites. With several `lanes`
 * each runs its share of the suites, beside the others and with its own global set-up: for suites that may not run beside each other where they share one.
 * The first lane is shown as it runs, the others when they have ended.
 */
export async function runVitest(projects, { args = [], env = {}, lanes = 1 } = {}) {
  const of = (lane) => (lanes === 1 ? args : [...args, `--shard=${lane}/${lanes}`]);
  const numbers = Array.from({ length: lanes }, (_, index) => index + 1);
  return joined(await Promise.all(numbers.map((lane) => runLane(projects, { args: of(lane), env, isShown: lane === 1 }))));
}

async function runLane(projects, { args, env, isShown }) {
  const folder = mkdtempSync(join(tmpdir(), 'kopfts-vitest-'));
  try {
    const [outputFile, timesFile] = [join(folder, 'report.json'), join(folder, 'times.json')];
    const selection = projects.flatMap((project) => ['--project', project]);
    const reporters = ['default', 'json', fromRoot('tools', 'suite-times-reporter.mjs')].map((reporter) => `--reporter=${reporter}`);
    const { code, output } = await runTool(tool('vitest'), ['run', ...selection, ...reporters, `--outputFile=${outputFile}`, ...args], {
      stdio: isShown ? ['ignore', 1, 2] : ['ignore', 'pipe', 'pipe'],
      env: { ...env, KOPFTS_SUITE_TIMES: timesFile },
    });
    process.stdout.write(output);
    const suites = JSON.parse(readFileSync(timesFile, 'utf8'));
    return { ...summary(JSON.parse(readFileSync(outputFile, 'utf8')), code), suites };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What several lanes report, as one. A suite that ran in two of them is a failure: they did not share the work. */
export function joined(results) {
  const suites = results.flatMap((result) => result.suites);
  const files = suites.map(({ file }) => file);
  const twice = files.filter((file, index) => files.indexOf(file) !== index);
  return {
    passed: results.reduce((sum, { passed }) => sum + passed, 0),
    failed: [...results.flatMap(({ failed }) => failed), ...twice.map((file) => `${file}: ran in two lanes`)],
    skipped: results.flatMap(({ skipped }) => skipped),
    suites,
  };
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
