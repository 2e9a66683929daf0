// What of a kind is watched at all, as the user said by selectors of the server (spec W-22, W-24).
import { matchesResource, parseSelector } from '../handlers/selector.js';
import type { Resource } from '../model/resource.js';
import type { Selector } from '../model/selector.js';
import type { WatchOptions } from '../ports/cluster-client.js';

/** The selections of all kinds. */
export interface Selections {
  /** What to ask the server for. */
  optionsOf(kind: Resource): WatchOptions;
  /** Keys that are about none of these kinds: a mistake, or a kind that is not there yet (spec W-25). */
  idleKeys(kinds: readonly Resource[]): readonly string[];
}

interface Selection {
  readonly key: string;
  readonly of: Selector;
  readonly text: string;
}

/** @throws InvalidSelectorError `KOPF_INVALID_SELECTOR` for a key that is no selector of kinds. */
export function parseSelections(settings: {
  readonly labelSelectors: Readonly<Record<string, string>>;
  readonly fieldSelectors: Readonly<Record<string, string>>;
}): Selections {
  const labels = parse(settings.labelSelectors);
  const fields = parse(settings.fieldSelectors);
  return {
    optionsOf: (kind) => ({ labelSelector: joined(labels, kind), fieldSelector: joined(fields, kind) }),
    idleKeys: (kinds) => [
      ...new Set([...labels, ...fields].filter(({ of }) => !kinds.some((kind) => matchesResource(of, kind))).map(({ key }) => key)),
    ],
  };
}

function parse(texts: Readonly<Record<string, string>>): readonly Selection[] {
  return Object.entries(texts).map(([key, text]) => ({ key, of: parseSelector(key), text }));
}

/** All that match, each once, in a stable order: the same kinds make the same request. */
function joined(selections: readonly Selection[], kind: Resource): string | undefined {
  const texts = selections.filter(({ of }) => matchesResource(of, kind)).map(({ text }) => text);
  return texts.length === 0 ? undefined : [...new Set(texts)].sort().join(',');
}
