/** The steps of `npm test`, in the order in which a reader wants to hear of a mistake. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ensureAssets, unavailableReason } from './kube-apiserver/build.mjs';
import { checkPackages } from './package-checks/check-packages.mjs';
import { checkSpecIds } from './spec-ids.mjs';
import { ensureBuilt, fromRoot, packageFolders, tool } from './workspace.mjs';

export const steps = [
  { name: 'format', run: () => check(tool('prettier'), ['--check', '--log-level=warn', '.']) },
  { name: 'lint', run: () => check(tool('eslint'), ['--max-warnings=0', '.']) },
  { name: 'types', run: () => check(tool('typescript', 'tsc'), ['-p', 'tsconfig.json', '--noEmit']) },
  {
    name: 'layers',
    run: () => check(tool('dependency-cruiser', 'depcruise'), ['--config', '.dependency-cruiser.mjs', 'packages', 'examples']),
  },
  { name: 'build', run: () => ensureBuilt(packageFolders()).then(() => ({ passed: 1 })) },
  { name: 'unit', run: () => runVitest(['unit', 'types']) },
  { name: 'process', run: () => runVitest(['process']) },
  { name: 'control-plane', run: buildControlPlane },
  { name: 'real', run: () => (unavailableReason() === undefined ? runVitest(['real']) : { skipped: [`real: ${unavailableReason()}`] }) },
  { name: 'packages', run: () => checkPackages(packageFolders()) },
  { name: 'spec-ids', run: () => checkSpecIds() },
];

/** A command that says nothing when all is well: its output is shown only if it fails. */
async function check(file, args) {
  const { code, output } = await run(file, args, ['ignore', 'pipe', 'pipe']);
  return code === 0 ? { passed: 1 } : { failed: [output.trim() || `ended with ${code}`] };
}

async function buildControlPlane() {
  if (unavailableReason() !== undefined) return {}; // the step after this one says why
  await ensureAssets({ log: (line) => console.error(line) });
  return { passed: 1 };
}

/** Shows vitest as it runs; the numbers come from its report. A suite that did not load counts as one failure. */
async function runVitest(projects) {
  const folder = mkdtempSync(join(tmpdir(), 'kopfts-vitest-'));
  try {
    const outputFile = join(folder, 'report.json');
    const selection = projects.flatMap((project) => ['--project', project]);
    const args = ['run', ...selection, '--reporter=default', '--reporter=json', `--outputFile=${outputFile}`];
    const { code } = await run(tool('vitest'), args, ['ignore', 1, 2]);
    return { ...summary(JSON.parse(readFileSync(outputFile, 'utf8')), code) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function summary(report, code) {
  const result = { passed: 0, failed: [], skipped: [] };
  for (const suite of report.testResults) {
    const file = relative(fromRoot(), suite.name);
    if (suite.status === 'failed' && !suite.assertionResults.some(({ status }) => status === 'failed')) {
      result.failed.push(`${file}: ${String(suite.message).split('\n')[0]}`);
    }
    for (const { status, fullName } of suite.assertionResults) {
      if (status === 'passed') result.passed += 1;
      else (status === 'failed' ? result.failed : result.skipped).push(`${file}: ${fullName}`);
    }
  }
  if (code !== 0 && result.failed.length === 0) result.failed.push(`vitest ended with ${code} although no test failed`);
  return result;
}

function run(file, args, stdio) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file, ...args], { cwd: fromRoot(), stdio });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}
