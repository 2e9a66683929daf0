/** Runs long forms and says of each, in one line for a note, what came out and how to see it again. */
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { runVitest } from './run-vitest.mjs';
import { formatTime } from './time-budgets.mjs';
import { fromRoot } from './workspace.mjs';

/** No test of a long form is too slow, but one that hangs has to end some time. */
const TEST_TIMEOUT_MS = 3 * 3600_000;

/** A form that runs suites with more to do: `KOPFTS_SEED` and `KOPFTS_COUNT` say from where and how much. */
export function suites(files, { project = 'unit' } = {}) {
  const run = ({ seed, count }) =>
    runVitest([project], {
      args: [`--testTimeout=${TEST_TIMEOUT_MS}`, ...files],
      env: { KOPFTS_SEED: String(seed), KOPFTS_COUNT: String(count) },
    });
  return Object.assign(run, { files });
}

/** Versions of Kubernetes other than the usual one that can be built, newest first, such as `1.37`. */
export function kubernetesVersions() {
  return readdirSync(fromRoot('tools', 'kube-apiserver', 'versions'))
    .flatMap((file) => /^(.*)\.mod$/.exec(file)?.[1] ?? [])
    .sort((one, other) => other.localeCompare(one, 'en', { numeric: true }));
}

/** A form that runs suites on that many other versions of the control plane, one after another; a version on which none ran has failed. */
export function otherVersions(files, { project, run = runVitest }) {
  return async ({ count }) => {
    const all = { passed: 0, failed: [], skipped: [] };
    for (const version of kubernetesVersions().slice(0, count)) {
      const { passed, failed, skipped } = await run([project], { args: files, env: { KOPFTS_KUBERNETES: version } });
      const about = (line) => `${version}: ${line}`;
      all.passed += passed;
      all.failed.push(...failed.map(about));
      if (passed + failed.length === 0) all.failed.push(about('no test ran; did its control plane start?'));
      all.skipped.push(...skipped.map(about));
    }
    return all;
  };
}

/** Every suite with properties in it. */
export function propertySuites() {
  return readdirSync(fromRoot('packages'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((path) => !/node_modules|[\\/]dist[\\/]/.test(path) && readFileSync(path, 'utf8').includes("from 'fast-check'"))
    .map((path) => relative(fromRoot(), path).replaceAll('\\', '/'));
}

/** Returns the exit code. */
export async function runLongForms(forms, args) {
  const { values, positionals } = parse(args);
  if (values.list) {
    for (const { name, what, count } of forms) console.log(`${name}  ${what}: ${count}`);
    return 0;
  }
  const lines = [];
  const total = { passed: 0, failed: 0 };
  for (const form of chosen(forms, positionals)) {
    const options = { seed: values.seed ?? randomInt(2 ** 31), count: values.count ?? form.count };
    const again = againLine(form.name, options);
    console.log(`long  ${form.name}: ${form.what}: ${options.count}, seed ${options.seed} (${again})`);
    const started = performance.now();
    const { passed = 0, failed = [] } = await attempt(form, options);
    for (const line of failed) console.log(`  ${line}`);
    total.passed += passed;
    total.failed += failed.length;
    lines.push(resultLine(form.name, options, { passed, failed: failed.length, ms: performance.now() - started, commit: commit() }));
  }
  for (const line of lines) console.log(line);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 ? 0 : 1;
}

/** What ran nothing was a mistake, not a success. */
async function attempt(form, options) {
  try {
    const { passed = 0, failed = [], skipped = [] } = await form.run(options);
    const all = [...failed, ...skipped.map((line) => `skipped: ${line}`)];
    return { passed, failed: passed === 0 && all.length === 0 ? ['passed nothing'] : all };
  } catch (error) {
    return { failed: [error?.stack ?? String(error)] };
  }
}

function parse(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { seed: { type: 'string' }, count: { type: 'string' }, list: { type: 'boolean' } },
  });
  return {
    positionals,
    values: { list: values.list, seed: wholeNumber('--seed', values.seed), count: wholeNumber('--count', values.count) },
  };
}

function wholeNumber(option, text) {
  if (text === undefined) return undefined;
  if (!/^\d{1,10}$/.test(text) || Number(text) >= 2 ** 31) throw new Error(`${option} is a whole number below 2^31, not ${text}`);
  return Number(text);
}

export function chosen(forms, names) {
  const unknown = names.filter((name) => !forms.some((form) => form.name === name));
  if (unknown.length > 0) throw new Error(`no long form ${unknown.join(', ')}; there are ${forms.map(({ name }) => name).join(', ')}`);
  return forms.filter(({ name }) => names.length === 0 || names.includes(name));
}

export const againLine = (name, { seed, count }) => `again: npm run long -- ${name} --seed ${seed} --count ${count}`;

/** One line that a note can hold: what, how much, from which seed, on which commit, and what came out. */
export function resultLine(name, options, { passed, failed, ms, commit: at }) {
  const verdict = failed === 0 ? 'ok' : 'FAILED';
  return `${verdict}  long ${name} at ${at}: ${passed} passed, ${failed} failed in ${formatTime(ms)}; ${againLine(name, options)}`;
}

function commit() {
  const { status, stdout } = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: fromRoot(), encoding: 'utf8' });
  return status === 0 ? stdout.trim() : 'no commit';
}
