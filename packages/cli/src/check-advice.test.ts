import { ABSENT, checkConfig, createRegistry, PRESENT, type Plugin, type Registry } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { adviceOn } from './check-advice.js';

const all: Plugin = {
  name: 'all',
  setup: (host) => {
    for (const point of ['clusterClient', 'progressStore', 'diffBaseStore'] as const) host.contribute(point, { open: () => ({}) as never });
  },
};

function adviceFor(declare: (kopf: Registry) => void): readonly string[] {
  const kopf = createRegistry();
  declare(kopf);
  return adviceOn(checkConfig({ handlers: [kopf], plugins: [all] }).handlers).map(({ id, says }) => `${id}: ${says}`);
}

const fn = (): void => undefined;
const always = (): boolean => true;

describe('advice on declarations', () => {
  it.each<readonly [string, (kopf: Registry) => void, readonly RegExp[]]>([
    ['a one-letter id', (kopf) => kopf.on.create('x', { id: 'a' }, fn), [/^a: its id has one letter/]],
    [
      'a one-letter id with a field',
      (kopf) => kopf.on.field('x', { id: 'b', field: 'spec.size' }, fn),
      [/^b\/spec\.size: its id has one letter/],
    ],
    [
      'equal old and new values',
      (kopf) => kopf.on.update('x', { id: 'up', field: 'spec.n', old: 1, new: 1 }, fn),
      [/`old` and `new` want the same/],
    ],
    [
      'two absences',
      (kopf) => kopf.on.field('x', { id: 'f', field: 'spec.n', old: ABSENT, new: ABSENT }, fn),
      [/f\/spec\.n: its id/, /want the same/],
    ],
    [
      'a label that cannot be',
      (kopf) => kopf.on.event('x', { id: 'seen', labels: { app: 'not a label' } }, fn),
      [/label app cannot have the value "not a label"/],
    ],
    ...['not a key', 'a/b/c', '/name', 'UPPER/name', 'a'.repeat(64), 'under_score/name', '-app'].map(
      (key): readonly [string, (kopf: Registry) => void, readonly RegExp[]] => [
        `a label with the key ${key}`,
        (kopf) => kopf.on.event('x', { id: 'seen', labels: { [key]: 'a' } }, fn),
        [/^seen: it never runs: ".*" cannot be the key of a label$/],
      ],
    ),
    [
      'the absence of what cannot be',
      (kopf) => kopf.on.event('x', { id: 'seen', labels: { 'a b': ABSENT } }, fn),
      [/^seen: its filter makes no difference: "a b" cannot be the key of a label$/],
    ],
    [
      'an annotation that cannot be',
      (kopf) => kopf.on.event('x', { id: 'seen', annotations: { 'a b': PRESENT } }, fn),
      [/^seen: it never runs: "a b" cannot be the key of an annotation$/],
    ],
  ])('warns of %s', (_what, declare, says) => {
    const advice = adviceFor(declare);
    expect(advice).toHaveLength(says.length);
    says.forEach((pattern, index) => expect(advice[index]).toMatch(pattern));
  });

  it.each<readonly [string, (kopf: Registry) => void]>([
    ['callbacks', (kopf) => kopf.on.update('x', { id: 'up', field: 'spec.n', old: always, new: always }, fn)],
    ['presence before and after', (kopf) => kopf.on.update('x', { id: 'up', field: 'spec.n', old: PRESENT, new: PRESENT }, fn)],
    ['ordinary and empty labels', (kopf) => kopf.on.event('x', { id: 'seen', labels: { app: 'a_b.c-1', none: '', some: PRESENT } }, fn)],
    [
      'keys with and without a prefix',
      (kopf) =>
        kopf.on.event('x', { id: 'seen', labels: { 'a.b-c.io/D_e.f': 'x', App: ABSENT }, annotations: { 'Team.io/x': 'any text' } }, fn),
    ],
    ['two letters', (kopf) => kopf.timer('x', { id: 'go', interval: 1 }, fn)],
  ])('says nothing of %s', (_what, declare) => {
    expect(adviceFor(declare)).toEqual([]);
  });
});
