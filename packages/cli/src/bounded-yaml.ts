// YAML that somebody else wrote: what is small in a file must not become large in memory.
import type * as Yaml from 'yaml';

/** More is no manifest, whatever it is. */
export const MOST_CHARACTERS = 16 * 1024 * 1024;
/** Definitions of kinds have some dozens; whatever walks through a document calls itself for each. */
const MOST_LEVELS = 250;
const MOST_ALIASES = 100;

/** What a document says, or why it is refused. */
export type BoundedValue =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string; readonly line: number | undefined };

/** Refused are documents that are nested too deep, multiply themselves by aliases or merge keys, or have a key twice or a tag that YAML itself has not. */
export function boundedValue(document: Yaml.Document, yaml: Pick<typeof Yaml, 'visit'>): BoundedValue {
  const problem = document.errors[0] ?? document.warnings.find(({ code }) => code === 'TAG_RESOLVE_FAILED');
  if (problem !== undefined) return refused(problem.message.split('\n')[0] ?? '', problem.linePos?.[0].line);
  const shape = problemOfShape(document, yaml);
  if (shape !== undefined) return refused(shape);
  try {
    return { ok: true, value: document.toJS({ maxAliasCount: MOST_ALIASES }) };
  } catch {
    return refused('its aliases have no anchor, or multiply it');
  }
}

function refused(why: string, line?: number): BoundedValue {
  return { ok: false, why, line };
}

function problemOfShape(document: Yaml.Document, { visit }: Pick<typeof Yaml, 'visit'>): string | undefined {
  let problem: string | undefined;
  visit(document, {
    // Of a mapping, each level is two: the mapping and its pair.
    Node: (_, __, path) => {
      if (path.length <= 2 * MOST_LEVELS) return undefined;
      problem = 'it is nested too deep';
      return visit.BREAK;
    },
    Alias: (_, alias, path) => {
      const target = alias.resolve(document);
      if (target === undefined || !path.includes(target)) return undefined;
      problem = 'it is a part of itself';
      return visit.BREAK;
    },
  });
  return problem;
}
