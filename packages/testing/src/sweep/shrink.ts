// What of a failing plan is needed for its failure: everything else is left out, piece by piece (delta debugging).
import type { Plan, PlannedMishap } from './plan.js';

export interface ShrinkOptions {
  /** Of a drawn story: the names of its handlers and commands, that may be left out, too. Default: none. */
  readonly names?: readonly string[] | undefined;
  /** Whether a smaller plan fails in the same way. */
  readonly fails: (plan: Plan) => Promise<boolean>;
  /** The most plans to try; default 200. */
  readonly mostTries?: number | undefined;
}

export interface ShrunkPlan {
  readonly plan: Plan;
  /** How many plans were tried. */
  readonly tries: number;
  /** Whether each of its parts is needed: there was time to try all without it. */
  readonly isMinimal: boolean;
}

type Part = { readonly mishap: PlannedMishap } | { readonly name: string };

/** The smallest plan that was found to fail like this one: its faults and the parts of its story, each of which is needed. */
export async function shrinkPlan(plan: Plan, { names = [], fails, mostTries = 200 }: ShrinkOptions): Promise<ShrunkPlan> {
  const kept = names.filter((name) => !plan.without?.includes(name));
  let parts: readonly Part[] = [...plan.mishaps.map((mishap) => ({ mishap })), ...kept.map((name) => ({ name }))];
  let tries = 0;
  let chunk = Math.max(1, Math.ceil(parts.length / 2));
  let isMinimal = false;
  while (parts.length > 0 && tries < mostTries) {
    const smaller = await firstThatFails(parts, chunk, async (some) => {
      tries += 1;
      return tries <= mostTries && fails(planOf(plan, names, some));
    });
    if (smaller !== undefined) {
      parts = smaller;
      chunk = Math.max(1, Math.min(chunk, Math.ceil(parts.length / 2)));
    } else if (chunk === 1) {
      isMinimal = tries <= mostTries;
      break;
    } else chunk = Math.ceil(chunk / 2);
  }
  return { plan: planOf(plan, names, parts), tries, isMinimal: isMinimal || parts.length === 0 };
}

/** Without one chunk of the parts after another, from the last one on: what happened late matters least. */
async function firstThatFails(
  parts: readonly Part[],
  chunk: number,
  fails: (parts: readonly Part[]) => Promise<boolean>,
): Promise<readonly Part[] | undefined> {
  for (let end = parts.length; end > 0; end -= chunk) {
    const begin = Math.max(0, end - chunk);
    const smaller = [...parts.slice(0, begin), ...parts.slice(end)];
    if (await fails(smaller)) return smaller;
  }
  return undefined;
}

function planOf(plan: Plan, names: readonly string[], parts: readonly Part[]): Plan {
  const mishaps = parts.flatMap((part) => ('mishap' in part ? [part.mishap] : []));
  const kept = new Set(parts.flatMap((part) => ('name' in part ? [part.name] : [])));
  const without = names.filter((name) => !kept.has(name));
  const { without: _before, ...rest } = plan;
  return { ...rest, mishaps, ...(without.length === 0 ? {} : { without }) };
}
