import { describe, expect, it } from 'vitest';
import { all, any, none, not } from './combinators.js';

const yes = (): boolean => true;
const no = (): boolean => false;

describe('combinators', () => {
  it.each<{ name: string; combined: () => boolean; answer: boolean }>([
    { name: 'not(yes)', combined: not(yes), answer: false },
    { name: 'not(no)', combined: not(no), answer: true },
    { name: 'all([yes, no])', combined: all([yes, no]), answer: false },
    { name: 'all([yes, yes])', combined: all([yes, yes]), answer: true },
    { name: 'all([])', combined: all<() => boolean>([]), answer: true },
    { name: 'any([no, yes])', combined: any([no, yes]), answer: true },
    { name: 'any([no])', combined: any([no]), answer: false },
    { name: 'any([])', combined: any<() => boolean>([]), answer: false },
    { name: 'none([no, no])', combined: none([no, no]), answer: true },
    { name: 'none([no, yes])', combined: none([no, yes]), answer: false },
    { name: 'none([])', combined: none<() => boolean>([]), answer: true },
  ])('[F-30] [F-31] $name is $answer', ({ combined, answer }) => {
    expect(combined()).toBe(answer);
  });

  it('[F-30] pass on the value and the arguments', () => {
    const isLong = (value: string, { limit }: { limit: number }): boolean => value.length > limit;
    expect(all([isLong, not((value: string) => value === 'xxxx')])('xxx', { limit: 2 })).toBe(true);
  });

  it('[F-31] ask no further than needed', () => {
    const asked: string[] = [];
    const say = (name: string, answer: boolean) => (): boolean => {
      asked.push(name);
      return answer;
    };
    all([say('a', false), say('b', true)])();
    any([say('c', true), say('d', true)])();
    none([say('e', true), say('f', true)])();
    expect(asked).toEqual(['a', 'c', 'e']);
  });
});
