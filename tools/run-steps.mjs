/**
 * Runs steps in order and adds up what they report. A step is `{ name, run }`; `run` returns `{ passed, failed, skipped, suites, isCold }`,
 * where `failed` and `skipped` are lists of lines to show and `suites` are times. A step that throws has failed once. Under CI a step that
 * skipped something or passed nothing has failed, and so has what took longer than its budget.
 */
import { describeGroups, formatTime, judgeTimes } from './time-budgets.mjs';

/** `budgets` are those of time-budgets.json; without them nothing is said about times. Returns how much failed. */
export async function runSteps(steps, wanted = [], { budgets, isCold = false } = {}) {
  const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) throw new Error(`no step ${unknown.join(', ')}; there are ${steps.map((step) => step.name).join(', ')}`);
  const total = { passed: 0, failed: 0 };
  const ran = [];
  for (const step of steps.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    const started = performance.now();
    const result = await attempt(step);
    const ms = performance.now() - started;
    const failures = failuresOf(result);
    ran.push({ name: step.name, ms, suites: result.suites, isCold: result.isCold });
    total.passed += result.passed;
    total.failed += failures.length;
    report({ name: step.name, ms, result, failures });
  }
  if (budgets !== undefined) total.failed += reportTimes(budgets, ran, isCold);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return total.failed;
}

async function attempt(step) {
  try {
    return { passed: 0, failed: [], skipped: [], suites: [], isCold: false, ...(await step.run()) };
  } catch (error) {
    return { passed: 0, failed: [error?.stack ?? String(error)], skipped: [], suites: [], isCold: false };
  }
}

/** Under CI silence is no success: what was skipped has failed, and so has a step that did nothing. */
function failuresOf({ passed, failed, skipped }) {
  if (!process.env.CI) return failed;
  const all = [...failed, ...skipped.map((line) => `skipped under CI: ${line}`)];
  return passed === 0 && all.length === 0 ? ['passed nothing, which is a failure under CI'] : all;
}

function report({ name, ms, result, failures }) {
  const verdict = failures.length > 0 ? 'FAILED' : 'ok';
  console.log(`${verdict}  ${name}  ${formatTime(ms)}  (${result.passed} passed, ${failures.length} failed)`);
  if (!process.env.CI) for (const line of result.skipped) console.log(`  skipped: ${line}`);
  for (const line of failures) console.log(`  ${line.replaceAll('\n', '\n  ')}`);
}

/** The process started before the first step did: what was installed counts, too. */
function reportTimes(budgets, ran, isInstalled) {
  const isCold = isInstalled || ran.some((step) => step.isCold);
  const totalMs = process.uptime() * 1000;
  const { groups, over, noPlace } = judgeTimes(budgets, { steps: ran, totalMs, isCold });
  for (const line of describeGroups(groups)) console.log(line);
  console.log(`time  all together, ${isCold ? 'cold' : 'warm'}  ${formatTime(totalMs)}`);
  if (over.length > 0 && !process.env.CI) console.log(`warning: ${over.join('; ')} (a failure under CI)`);
  const failures = [...noPlace, ...(process.env.CI ? over.map((line) => `over budget: ${line}`) : [])];
  if (failures.length > 0) console.log(['FAILED  times', ...failures.map((line) => `  ${line}`)].join('\n'));
  return failures.length;
}
