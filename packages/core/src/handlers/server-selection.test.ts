import { describe, expect, it } from 'vitest';
import { ABSENT, PRESENT, type MetadataCriteria } from '../model/filter.js';
import { createRegistry, mergeHandlers, type Registry } from './registry.js';
import { serverSelection } from './server-selection.js';

type Filters = readonly (MetadataCriteria | undefined)[];

const indexed = (...filters: Filters): string | undefined => {
  const kopf = createRegistry();
  filters.forEach((labels, nth) => kopf.index('pods', { id: `i${String(nth)}`, labels }, () => ({})));
  return serverSelection(mergeHandlers([kopf]));
};

describe('what the server leaves out of a kind that is only indexed', () => {
  it.each<{ readonly filters: Filters; readonly selector: string }>([
    { filters: [{ app: 'web' }], selector: 'app=web' },
    { filters: [{ 'kopf.dev/team': 'a', app: PRESENT, old: ABSENT }], selector: 'app,kopf.dev/team=a,!old' },
    { filters: [{ app: 'web' }, { app: 'db' }, { app: 'web' }], selector: 'app in (db,web)' },
    { filters: [{ app: 'web' }, { app: PRESENT }], selector: 'app' },
    { filters: [{ app: ABSENT }, { app: ABSENT }], selector: '!app' },
    { filters: [{ app: 'web', tier: 'x' }, { app: 'web' }], selector: 'app=web' },
    { filters: [{ app: '' }], selector: 'app=' },
    { filters: [{ app: '' }, { app: 'web' }], selector: 'app' },
  ])('is $selector', ({ filters, selector }) => {
    expect(indexed(...filters)).toBe(selector);
  });

  it.each<{ readonly when: string; readonly filters: Filters }>([
    { when: 'there is no filter', filters: [undefined] },
    { when: 'one index wants all', filters: [{ app: 'web' }, undefined] },
    { when: 'they ask for different labels', filters: [{ app: 'web' }, { tier: 'x' }] },
    { when: 'one wants those without', filters: [{ app: 'web' }, { app: ABSENT }] },
    { when: 'it is decided by code', filters: [{ app: () => true }] },
    { when: 'the server would refuse the value', filters: [{ app: 'not a value' }] },
    { when: 'the value is too long for it', filters: [{ app: 'a'.repeat(64) }] },
    { when: 'it would refuse the key', filters: [{ 'a,b': 'web' }] },
    { when: 'it would refuse the prefix', filters: [{ 'A_B/app': 'web' }] },
    { when: 'the key has too many parts', filters: [{ 'a/b/c': 'web' }] },
  ])('is nothing when $when', ({ filters }) => {
    expect(indexed(...filters)).toBeUndefined();
  });

  it.each<[string, (kopf: Registry) => void]>([
    ['on.event', (kopf) => void kopf.on.event('pods', { id: 'h', labels: { app: 'web' } }, () => undefined)],
    ['on.create', (kopf) => void kopf.on.create('pods', { id: 'h', labels: { app: 'web' } }, () => undefined)],
    ['on.delete', (kopf) => void kopf.on.delete('pods', { id: 'h', labels: { app: 'web' } }, () => undefined)],
    ['timer', (kopf) => void kopf.timer('pods', { id: 'h', interval: 1, labels: { app: 'web' } }, () => undefined)],
    ['daemon', (kopf) => void kopf.daemon('pods', { id: 'h', labels: { app: 'web' } }, () => undefined)],
  ])('is nothing when a handler of %s would take what leaves for an end', (_kind, declare) => {
    const kopf = createRegistry();
    kopf.index('pods', { id: 'i', labels: { app: 'web' } }, () => ({}));
    declare(kopf);
    expect(serverSelection(mergeHandlers([kopf]))).toBeUndefined();
  });
});
