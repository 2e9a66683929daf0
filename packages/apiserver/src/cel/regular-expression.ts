const POSIX: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: '0-9A-Za-z',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\t\\n\\v\\f\\r ',
  xdigit: '0-9A-Fa-f',
  word: '0-9A-Za-z_',
  punct: '!-\\/:-@\\[-`{-~',
};

/** A pattern of RE2 as JavaScript knows it; undefined where it has no meaning there. */
export function regularExpression(pattern: string, more = ''): RegExp | undefined {
  const [, flags = '', rest = pattern] = /^\(\?([ims]+)\)(.*)$/s.exec(pattern) ?? [];
  const source = rest
    .replaceAll('(?P<', '(?<')
    .replaceAll('\\z', '$')
    .replaceAll('\\A', '^')
    .replace(/\[:([a-z]+):\]/g, (whole, name: string) => POSIX[name] ?? whole);
  for (const mode of ['u', '']) {
    try {
      return new RegExp(source, `${flags}${mode}${more}`);
    } catch {
      continue;
    }
  }
  return undefined;
}

/** The expression of a call. Throws the error of the real server for what is none. */
export function expressionOrThrow(pattern: string, more = ''): RegExp {
  const found = regularExpression(pattern, more);
  if (found === undefined) throw new Error(`Illegal regex: error parsing regexp: ${pattern}`);
  return found;
}
