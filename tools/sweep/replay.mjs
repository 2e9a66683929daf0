/** One plan, with what happened. */
import { createJudge, DRAWN, parsePlan, planText, runDrawn, runSmall, SMALL, WORKLOADS } from './simulator.mjs';

/** Prints the history and what is wrong with it; resolves with the number of violations. */
export async function replay(text) {
  const plan = parsePlan(text);
  const outcome = await outcomeOf(plan);
  if (outcome === undefined) return 1;
  const { history, hash, violations } = outcome;
  const blamed = new Set(violations.map(({ seq }) => seq));
  for (const entry of history) console.log(`${blamed.has(entry.seq) ? '>' : ' '} ${line(entry)}`);
  console.log(`${planText(plan)}: ${history.length} entries, hash ${hash}, ${violations.length} violations`);
  for (const { invariant, message, seq } of violations) console.log(`  ${invariant} at ${seq ?? 'the end'}: ${message}`);
  return violations.length;
}

function outcomeOf(plan) {
  if (plan.workload === DRAWN) return runDrawn(plan);
  return plan.workload === SMALL ? runSmall(plan) : judged(plan);
}

async function judged(plan) {
  const workload = WORKLOADS.find(({ name }) => name === plan.workload);
  if (workload !== undefined) return (await createJudge(workload, plan.seed))(plan);
  console.error(`there is no workload '${plan.workload}', only ${[DRAWN, SMALL, ...WORKLOADS.map(({ name }) => name)].join(', ')}`);
  return undefined;
}

function line(entry) {
  return `${String(entry.seq).padStart(4)} ${(entry.atMs / 1000).toFixed(3).padStart(9)} s  ${entry.kind.padEnd(14)} ${detail(entry)}`;
}

function detail(entry) {
  switch (entry.kind) {
    case 'commit':
      return `${entry.type} ${entry.collection} ${entry.namespace}/${entry.name} ${entry.uid.slice(0, 8)} v${entry.resourceVersion} by ${entry.actor}`;
    case 'reject':
      return `call ${entry.call}: ${entry.code}`;
    case 'deliver':
      return `${entry.instance} ${entry.type} ${entry.collection} ${entry.uid.slice(0, 8)} v${entry.resourceVersion} by call ${entry.call}`;
    case 'call':
      return `${entry.instance} call ${entry.call}: ${entry.method} ${entry.path} ${entry.body === undefined ? '' : JSON.stringify(entry.body)}`;
    case 'return':
      return `call ${entry.call}: ${JSON.stringify(entry.result)}${entry.object ? ` v${entry.object.resourceVersion}` : ''}`;
    case 'handler-start':
      return `${entry.instance} ${entry.reason} ${entry.handler} retry ${entry.retry} v${entry.resourceVersion}`;
    case 'handler-end':
      return `${entry.instance} of ${entry.invocation}: ${JSON.stringify(entry.result)} ${JSON.stringify(entry.contributed)}`;
    case 'life':
      return `${entry.instance} ${entry.change}`;
    case 'fault':
      return `${entry.what}${entry.call === undefined ? '' : ` (call ${entry.call})`}`;
    case 'phase':
      return entry.phase;
    case 'holding':
      return `${entry.instance} ${entry.objects.length} objects, ${entry.timers.length} timers`;
    default:
      return '';
  }
}
