/** The matrices {request × what befalls it} and {event × what befalls its line}, as text. */

/** The sum of what all processes counted. */
export function coverageOf(all) {
  const sum = { requests: {}, events: {} };
  for (const { name, row, column, count } of all.flatMap(cellsOf)) {
    const cells = (sum[name][row] ??= {});
    cells[column] = (cells[column] ?? 0) + count;
  }
  return sum;
}

function cellsOf(coverage) {
  return ['requests', 'events'].flatMap((name) =>
    Object.entries(coverage?.[name] ?? {}).flatMap(([row, columns]) =>
      Object.entries(columns).map(([column, count]) => ({ name, row, column, count })),
    ),
  );
}

/** One line for each kind of request and event; a dot where nothing was injected. */
export function coverageLines({ requests, events }) {
  return [...table('request', requests), ...table('event', events)];
}

function table(title, cells) {
  const rows = Object.keys(cells).sort();
  if (rows.length === 0) return [];
  const columns = [...new Set(rows.flatMap((row) => Object.keys(cells[row])))].sort();
  const heads = [title, ...columns];
  const lines = rows.map((row) => [row, ...columns.map((column) => String(cells[row][column] ?? '.'))]);
  const widths = heads.map((head, at) => Math.max(head.length, ...lines.map((line) => line[at].length)));
  return [heads, ...lines].map((line) =>
    line.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join(' '),
  );
}
