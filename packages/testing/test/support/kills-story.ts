import type { Random } from '@kopfts/core';

/** What somebody does to an object while operators die. */
export interface Act {
  readonly kind: 'create' | 'change' | 'delete';
  readonly namespace: string;
  readonly name: string;
  /** For `spec.value`: a new one each time, so that no change undoes another. */
  readonly value: number;
}

export interface StoryOptions {
  readonly objects: number;
  readonly namespaces: readonly string[];
  /** Into how many turns it is divided. */
  readonly turns: number;
}

/** The acts of each turn. Every object is created; most are changed, half are deleted, some of these are created anew under their name. */
export function planStory(random: Random, { objects, namespaces, turns }: StoryOptions): readonly (readonly Act[])[] {
  const story: Act[][] = Array.from({ length: turns }, () => []);
  for (let index = 0; index < objects; index += 1) {
    const namespace = namespaces[index % namespaces.length] ?? 'default';
    const kinds = lifeOfObject(random);
    const moments = kinds.map(() => random.next()).sort((a, b) => a - b);
    kinds.forEach((kind, value) =>
      story[Math.floor((moments[value] ?? 0) * turns)]?.push({ kind, namespace, name: `o-${String(index)}`, value }),
    );
  }
  return story;
}

/** What is left in the end, by `namespace/name`: how it was created, and what was done to it last. */
export function survivors(story: readonly (readonly Act[])[]): ReadonlyMap<string, { readonly first: Act; readonly last: Act }> {
  const left = new Map<string, { readonly first: Act; readonly last: Act }>();
  for (const act of story.flat()) {
    const key = `${act.namespace}/${act.name}`;
    if (act.kind === 'delete') left.delete(key);
    else left.set(key, { first: left.get(key)?.first ?? act, last: act });
  }
  return left;
}

function lifeOfObject(random: Random): readonly Act['kind'][] {
  const changes = (most: number): readonly Act['kind'][] => Array.from({ length: Math.floor(random.next() * (most + 1)) }, () => 'change');
  const first: readonly Act['kind'][] = ['create', ...changes(3)];
  if (random.next() < 0.5) return first;
  const ended: readonly Act['kind'][] = [...first, 'delete'];
  return random.next() < 0.3 ? [...ended, 'create', ...changes(1)] : ended;
}
