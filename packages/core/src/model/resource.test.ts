import { describe, expect, it } from 'vitest';
import { resourceName } from './resource.js';

describe('resources', () => {
  it.each([
    { group: 'kopf.dev', version: 'v1', plural: 'kopfexamples', name: 'kopfexamples.v1.kopf.dev' },
    { group: '', version: 'v1', plural: 'pods', name: 'pods.v1' },
  ])('[S-30] is called $name', ({ name, ...resource }) => {
    expect(resourceName(resource)).toBe(name);
  });
});
