import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

/** The codes that the `errors.ts` files of the packages name in string literals, however deep the file is. */
function codesInSources(): readonly string[] {
  const files = readdirSync(join(root, 'packages')).flatMap((name) => {
    const source = join(root, 'packages', name, 'src');
    return readdirSync(source, { recursive: true, encoding: 'utf8' })
      .filter((path) => /(^|[\\/])errors\.ts$/.test(path))
      .map((path) => join(source, path));
  });
  const literals = files.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/(['"`])(KOPF_[A-Z0-9_]+)\1/g)]);
  return [...new Set(literals.map(([, , code = '']) => code))].sort();
}

/** Every heading of the page is one code, each with text below it. */
function codesOnPage(): readonly { readonly code: string; readonly text: string }[] {
  const [, ...sections] = readFileSync(join(root, 'docs/errors.md'), 'utf8').split(/^#{2,4} +/m);
  return sections.flatMap((section) => {
    const [heading = '', ...text] = section.split('\n');
    const code = /^`?(KOPF_[A-Z0-9_]+)`?\s*$/.exec(heading)?.[1];
    return code === undefined ? [] : [{ code, text: text.join('\n').trim() }];
  });
}

describe('docs/errors.md', () => {
  it('has exactly the codes that the packages use', () => {
    expect(
      codesOnPage()
        .map(({ code }) => code)
        .sort(),
    ).toEqual(codesInSources());
  });

  it('says something about each of them', () => {
    expect(codesOnPage().filter(({ text }) => text.length < 40)).toEqual([]);
  });
});
