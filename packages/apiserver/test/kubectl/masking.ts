/** What differs between two servers and two moments, and means nothing: identities, versions, times, ages, addresses, temporary files. */
const MASKS: readonly (readonly [RegExp, string])[] = [
  [/\r/g, ''],
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uid>'],
  [/(resourceVersion"?: ?"|resourceVersion: |Resource Version: +)\d+/g, '$1<version>'],
  [/20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| [+-]\d{4})/g, '<time>'],
  [/(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} 20\d\d \d\d:\d\d:\d\d \+0000/g, '<time>'],
  [/(?<=\s)(\d+[dhms]){1,2}(?= |$)( \(x\d+ over <age>\))?/gm, '<age>'],
  [/https?:\/\/127\.0\.0\.1:\d+/g, '<server>'],
  [/\b10\.\d+\.\d+\.\d+\b/g, '<address>'],
  [/\S*\/((kubectl-edit|LIVE|MERGED)-)[\w-]+/g, '<folder>/$1<number>'],
  [/\b(gen-)[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, '$1<suffix>'],
  [/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, '<token>'],
  // The reference documentation has long texts for what all kinds have.
  [/(?<=^ {2,3}(apiVersion|kind|metadata)\t<\w+>\n)( {4,}.+\n)+/gm, '    <description>\n'],
  // Columns are as wide as what stands in them.
  [/(?<=\S) {2,}/g, '  '],
  [/ +$/gm, ''],
];

export function masked(text: string): string {
  return [withSortedKeys, withSortedProblems, withSortedOwners].reduce(
    (rest, sort) => sort(rest),
    MASKS.reduce((rest, [pattern, by]) => rest.replace(pattern, by), text),
  );
}

/** The problems of one object come in the random order of Go's maps. */
function withSortedProblems(text: string): string {
  return text.replace(/(^\* .*\n)+/gm, (lines) => lines.trimEnd().split('\n').sort().join('\n') + '\n');
}

/** Owners are listed by the second in which they came. */
function withSortedOwners(text: string): string {
  return text.replace(/(?<=^ *managedFields:\n)(?: {2}- .*\n(?: {4}.*\n)*)+/gm, (entries) =>
    entries
      .split(/^(?= {2}- )/m)
      .sort()
      .join(''),
  );
}

/** A line of JSON as the server sent it: the order of its keys means nothing. */
function withSortedKeys(text: string): string {
  return text.replace(/^\{.*\}$/gm, (line) => {
    try {
      return JSON.stringify(sorted(JSON.parse(line)));
    } catch {
      return line;
    }
  });
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)]));
}
