/** Times of steps and suites against what is promised in time-budgets.json, where every step and every suite must be found. */
import { readFileSync } from 'node:fs';
import { fromRoot } from './workspace.mjs';

const MINUTE_MS = 60_000;
const SLOWEST = 3;

export const readBudgets = () => JSON.parse(readFileSync(fromRoot('tools', 'time-budgets.json'), 'utf8'));

/** The name of the first group that has a pattern for the suite. */
export function groupOf(budgets, file) {
  return budgets.groups.find(({ suites }) => suites.some((pattern) => new RegExp(pattern).test(file)))?.name;
}

/**
 * @param budgets what time-budgets.json holds
 * @param run `{ steps: [{ name, ms, suites?: [{ file, ms }] }], totalMs, isCold }`
 * @returns `groups` with their time and slowest suites, lines of what is `over`, lines of what has `noPlace` in the budgets
 */
export function judgeTimes(budgets, { steps, totalMs, isCold }) {
  const groups = budgets.groups.map((group) => measure(group, budgets, steps));
  const suites = steps.flatMap((step) => step.suites ?? []);
  const limit = (minutes) => (minutes === undefined ? undefined : minutes * (budgets.noise ?? 1));
  const total = isCold ? budgets.total.coldMinutes : budgets.total.warmMinutes;
  const over = [
    ...steps.map(({ name, ms }) => excess(`step ${name}`, ms, limit(budgets.steps[name]))),
    ...suites.map(({ file, ms }) => excess(`suite ${file}`, ms, limit(budgets.suite.minutes))),
    ...groups.map(({ name, ms, minutes }) => excess(`group ${name}`, ms, limit(minutes))),
    excess(`all together, ${isCold ? 'cold' : 'warm'},`, totalMs, total),
  ];
  return { groups, over: over.filter((line) => line !== undefined), noPlace: placeless(budgets, steps, suites) };
}

function measure({ name, minutes, steps: ownSteps }, budgets, steps) {
  const suites = steps.flatMap((step) => shares(step)).filter(({ file }) => groupOf(budgets, file) === name);
  const whole = steps.filter((step) => ownSteps.includes(step.name)).map(({ ms }) => ms);
  const ms = [...whole, ...suites.map(({ share }) => share)].reduce((sum, one) => sum + one, 0);
  return { name, ms, minutes, slowest: suites.sort((a, b) => b.ms - a.ms).slice(0, SLOWEST) };
}

/** Suites run beside each other: each has the part of the step's time that it has of all their times. */
function shares({ ms, suites = [] }) {
  const all = suites.reduce((sum, suite) => sum + suite.ms, 0);
  return suites.map((suite) => ({ ...suite, share: all === 0 ? 0 : (ms * suite.ms) / all }));
}

function excess(what, ms, minutes) {
  if (minutes === undefined || ms <= minutes * MINUTE_MS) return undefined;
  return `${what} took ${formatTime(ms)}, ${formatTime(ms - minutes * MINUTE_MS)} over its ${formatTime(minutes * MINUTE_MS)}`;
}

function placeless(budgets, steps, suites) {
  const add = 'add it to tools/time-budgets.json';
  return [
    ...steps.filter(({ name }) => budgets.steps[name] === undefined).map(({ name }) => `step ${name} has no time budget: ${add}`),
    ...suites
      .filter(({ file }) => groupOf(budgets, file) === undefined)
      .map(({ file }) => `${file} is in no group of time budgets: ${add}`),
  ];
}

/** One line per group that did something. */
export function describeGroups(groups) {
  return groups
    .filter(({ ms }) => ms > 0)
    .map(({ name, ms, minutes, slowest }) => {
      const suites = slowest.map(({ file, ms: own }) => `${file} ${formatTime(own)}`).join(', ');
      return `time  ${name}  ${formatTime(ms)} of ${formatTime(minutes * MINUTE_MS)}${suites === '' ? '' : `  (slowest: ${suites})`}`;
    });
}

export function formatTime(ms) {
  const tenths = Math.round(ms / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
