import { describe, expect, it } from 'vitest';
import type { AccessRule, Resource } from '@kopfts/core';
import { missingRights, rightText } from './missing-rights.js';

const things: Resource = {
  group: 'example.com',
  version: 'v1',
  plural: 'things',
  kind: 'Thing',
  singular: 'thing',
  shortNames: [],
  categories: [],
  subresources: ['status'],
  namespaced: true,
  preferred: true,
  verbs: [],
};
const rule = (verbs: readonly string[], resources: readonly string[], more: Partial<AccessRule> = {}): AccessRule => ({
  verbs,
  resources,
  groups: ['example.com'],
  names: [],
  ...more,
});
const events = rule(['create'], ['events'], { groups: [''] });
const missing = (rules: readonly AccessRule[], patches = true) =>
  missingRights([{ resource: things, patches }], { rules, isComplete: true }).map(rightText);

describe('missingRights', () => {
  it.each<{ when: string; rules: readonly AccessRule[]; patches?: boolean; lacks: readonly string[] }>([
    {
      when: 'nothing is allowed',
      rules: [],
      lacks: [
        'list things.example.com',
        'watch things.example.com',
        'patch things.example.com',
        'patch things/status.example.com',
        'create events',
      ],
    },
    { when: 'everything is', rules: [rule(['*'], ['*'], { groups: ['*'] })], lacks: [] },
    { when: 'it only looks', rules: [rule(['list', 'watch'], ['things']), events], patches: false, lacks: [] },
    {
      when: 'the status is forgotten',
      rules: [rule(['list', 'watch', 'patch'], ['things']), events],
      lacks: ['patch things/status.example.com'],
    },
    { when: 'all statuses are allowed', rules: [rule(['list', 'watch', 'patch'], ['things', '*/status']), events], lacks: [] },
    {
      when: 'only some names are allowed',
      rules: [rule(['*'], ['things', 'things/status'], { names: ['one'] }), events],
      lacks: ['list things.example.com', 'watch things.example.com', 'patch things.example.com', 'patch things/status.example.com'],
    },
    {
      when: 'it is another group',
      rules: [rule(['*'], ['*'], { groups: ['other.example.com'] }), events],
      patches: false,
      lacks: ['list things.example.com', 'watch things.example.com'],
    },
  ])('lacks $lacks when $when', ({ rules, patches, lacks }) => {
    expect(missing(rules, patches)).toEqual(lacks);
  });
});
