/** Pure: what differs between the reports that are checked in and those of what was built, both by file name. */

const remedy = 'If that is meant: npm run api-report, and commit docs/api with a changeset.';
const shown = 12;

export function reportComplaints(written, current) {
  const files = [...new Set([...written.keys(), ...current.keys()])].sort();
  return files.flatMap((file) => {
    const [before, now] = [written.get(file), current.get(file)];
    if (before === now) return [];
    if (before === undefined) return [`docs/api/${file} is missing. ${remedy}`];
    if (now === undefined) return [`docs/api/${file} is of an entry that does not exist. ${remedy}`];
    return [`the public interface is not that of docs/api/${file}:\n${lineDifference(before, now)}\n${remedy}`];
  });
}

/** The lines that only one side has, in the order of the report. */
function lineDifference(before, now) {
  const count = (text) => {
    const lines = new Map();
    for (const line of text.split('\n')) lines.set(line, (lines.get(line) ?? 0) + 1);
    return lines;
  };
  const only = (text, other, sign) => {
    const left = count(other);
    return text.split('\n').flatMap((line) => {
      const times = left.get(line) ?? 0;
      left.set(line, times - 1);
      return times > 0 || line.trim() === '' ? [] : [`${sign} ${line}`];
    });
  };
  const lines = [...only(before, now, '-'), ...only(now, before, '+')];
  if (lines.length === 0) return '  (the same lines in another order)';
  const rest = lines.length > shown ? [`  … and ${lines.length - shown} lines more`] : [];
  return [...lines.slice(0, shown).map((line) => `  ${line}`), ...rest].join('\n');
}
