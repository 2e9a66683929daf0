// Values of labels have a bound: kinds and handlers that were declared, words that we know. What objects are called is no label.
import { resourceName, type HandlerId, type Resource } from '@kopfts/core';

export interface LabelValues {
  /** `kopfexamples.v1.kopf.dev` */
  kind(resource: Resource): string;
  /** One of those that were declared; a sub-handler counts as its parent, since its id may hold what it likes. */
  handler(id: HandlerId): string;
  /** The same for an id that came as text. */
  handlerNamed(id: string): string;
  /** Makes ids known. */
  declared(ids: readonly HandlerId[]): void;
}

export function createLabelValues(): LabelValues {
  const kinds = new WeakMap<Resource, string>();
  const known = new Set<string>();
  const handlerNamed = (id: string): string => {
    let shown = id;
    while (!known.has(shown)) {
      const end = shown.lastIndexOf('/');
      if (end < 0) return 'other';
      shown = shown.slice(0, end);
    }
    return shown;
  };
  return {
    kind(resource) {
      let name = kinds.get(resource);
      if (name === undefined) kinds.set(resource, (name = resourceName(resource)));
      return name;
    },
    handler: handlerNamed,
    handlerNamed,
    declared(ids) {
      for (const id of ids) known.add(id);
    },
  };
}

/** Why objects are written, as far as it is known. */
const WRITE_REASONS = new Set(['results', 'progress', 'finalizer', 'refresh']);

export function writeReason(why: string): string {
  return WRITE_REASONS.has(why) ? why : 'other';
}
