// What of a kind is watched at all: what the user said by selectors of the server (spec W-22, W-23, W-24), and what its handlers want.
import type { AnyHandler } from '../handlers/handler-spec.js';
import { serverSelection } from '../handlers/server-selection.js';
import { matchesResource, parseSelector } from '../handlers/selector.js';
import type { Resource } from '../model/resource.js';
import type { Selector } from '../model/selector.js';
import type { WatchOptions } from '../ports/cluster-client.js';

/** The selections of all kinds. */
export interface Selections {
  /** What to ask the server for, for these handlers. */
  selectionOf(kind: Resource, handlers: readonly AnyHandler[]): KindSelection;
  /** Keys that are about none of these kinds: a mistake, or a kind that is not there yet (spec W-25). */
  idleKeys(kinds: readonly Resource[]): readonly string[];
}

export interface KindSelection {
  readonly options: WatchOptions;
  /** The part of it that is made of the filters of the handlers. */
  readonly fromHandlers: string | undefined;
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
  readonly shardSelectors: Readonly<Record<string, string>>;
}): Selections {
  const labels = parse(settings.labelSelectors);
  const fields = parse(settings.fieldSelectors);
  const shards = parse(settings.shardSelectors);
  return {
    selectionOf(kind, handlers) {
      const fromHandlers = serverSelection(handlers);
      const all = [...textsOf(labels, kind), ...(fromHandlers === undefined ? [] : [fromHandlers])];
      const options = {
        labelSelector: joined(all),
        fieldSelector: joined(textsOf(fields, kind)),
        // Nothing is known of their form: they cannot be joined.
        shardSelector: textsOf(shards, kind)[0] || undefined,
      };
      return { options, fromHandlers };
    },
    idleKeys: (kinds) => [
      ...new Set(
        [...labels, ...fields, ...shards].filter(({ of }) => !kinds.some((kind) => matchesResource(of, kind))).map(({ key }) => key),
      ),
    ],
  };
}

function parse(texts: Readonly<Record<string, string>>): readonly Selection[] {
  return Object.entries(texts).map(([key, text]) => ({ key, of: parseSelector(key), text }));
}

function textsOf(selections: readonly Selection[], kind: Resource): readonly string[] {
  return selections.filter(({ of }) => matchesResource(of, kind)).map(({ text }) => text);
}

/** All of them, each once, in a stable order: the same kinds make the same request. */
function joined(texts: readonly string[]): string | undefined {
  return texts.length === 0 ? undefined : [...new Set(texts)].sort().join(',');
}
