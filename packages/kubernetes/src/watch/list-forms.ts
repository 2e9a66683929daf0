import type { Resource } from '@kopfts/core';

/** Which servers stream lists. Each group and version has one server behind it, which can or cannot. */
export interface ListForms {
  mayStream(of: Pick<Resource, 'group' | 'version'>): boolean;
  /** It was tried in vain: not again, as long as this process lives. */
  cannotStream(of: Pick<Resource, 'group' | 'version'>): void;
}

/** All may; holds one entry for each group and version that cannot. */
export function createListForms(): ListForms {
  const unable = new Set<string>();
  return {
    mayStream: ({ group, version }) => !unable.has(`${group}/${version}`),
    cannotStream({ group, version }) {
      unable.add(`${group}/${version}`);
    },
  };
}
