import { describe, expect, it } from 'vitest';
import { matchesNamespace } from '../src/config/namespace-pattern.js';
import { wordOf } from '../src/explain/subject.js';
import { parseSelector, selectorText } from '../src/handlers/selector.js';
import { childName } from '../src/hierarchy/child-name.js';
import { durationMs } from '../src/model/duration.js';
import { parseInstant } from '../src/model/instant.js';
import { parseJson } from '../src/model/json-text.js';
import { compareVersions } from '../src/watch/versions.js';

/** With time squared, any of these would take minutes, and all of them hours. */
const LENGTH = 500_000;
const hostile = [
  '1',
  '1.',
  ' ',
  'a',
  'e',
  'es',
  '-',
  '.',
  '/',
  ',',
  '[',
  '[!',
  '#',
  '2024-',
  ':1',
  '1e',
  '\\u0023',
  '-----BEGIN ',
  'x=1,',
].flatMap((part) => {
  const text = part.repeat(LENGTH / part.length);
  return [text, `${text}!`, `!${text}\n`];
});

const attempt = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return error;
  }
};

describe('text of half a million characters', () => {
  it.each<readonly [what: string, read: (text: string) => unknown]>([
    ['durations', (text) => durationMs(text as never, 'delay')],
    ['moments', parseInstant],
    ['selectors', (text) => selectorText(parseSelector(text))],
    ['patterns of namespaces', (text) => matchesNamespace(text, 'a'.repeat(63))],
    ['versions', (text) => compareVersions(text, `${text}1`)],
    ['words', wordOf],
    ['names of children', (text) => childName(text, [text])],
    ['JSON', (text) => parseJson(`{"s":"${text}","n":[${text}]}`)],
  ])('[N2, SEC7] is read as %s, or refused, in a time that grows with its length', (_, read) => {
    for (const text of hostile) expect(attempt(() => read(text))).not.toBe(attempt);
  });

  it('[N2, SEC7] a namespace is compared with many stars in steps, not in all ways', () => {
    // All ways are hundreds of millions, each as long as the rest of the name: they would take minutes.
    expect(matchesNamespace(`${'*a'.repeat(7)}*b`, 'a'.repeat(63))).toBe(false);
    expect(matchesNamespace(`${'*a'.repeat(30)}*`, 'a'.repeat(63))).toBe(true);
  });
});
