/** The page of what is promised under faults, as Markdown: the same for the same tests, whoever ran them and whatever came out. */

const INTRO = `# Reliability

What may happen to an operator, what must hold all the same, and the tests that say so. This page is made from the titles of the tests
(\`npm run reliability\`); a test that quotes an id is there to fail when the code behind it is broken, and \`npm test\` fails when an id loses
its test. What the laws mean for your own operator, and how you judge its histories by them, is in the
[README of \`@kopfts/testing\`](../packages/testing/README.md#the-laws).

**Where a test runs.** \`S\`: in the simulator, with virtual time and an order that a seed decides. \`P\`: whole processes. \`R\`: on a real
kube-apiserver with etcd. \`U\`: one part by itself. The last column names what runs it: the steps \`unit\`, \`sweep\`, \`process\` and \`real\` of
\`npm test\`, which [CI](../.github/workflows/ci.yml) runs for every commit, and \`long\` forms (\`npm run long\`), which somebody runs before a
release. **The last result** of a row is what CI says of the commit that you are reading: it is green only if every test named here passed.

**The sweep** (\`npm run sweep\`) tells small stories with every fault at every place and judges each history by all laws marked \`sweep\`;
where a scenario names strategies, the sweep injects exactly that.

**Not here**: leadership, peering and shards (G) and admission and conversion webhooks (J) do not exist yet, and neither do S14 and L10.
`;

const NOT_PROMISED = 'What cannot be promised';
const NOT_TESTED = '_not tested yet_';
const ONLY_SWEPT = '_no test of its own yet_: the sweep injects it everywhere';

/** Of a title what a reader of a table can do with: no pipe, no line feed, no placeholder with code in it. */
export function shownTitle(title) {
  return title
    .replace(/\\(['"`])/g, '$1')
    .replaceAll(/\$\{[^}]*\}/g, '…')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;')
    .trim();
}

export function renderPage({ sentences, tests, laws, long }) {
  const strategies = new Map();
  for (const [strategy, ids] of Object.entries(sentences.sweep))
    for (const id of ids) strategies.set(id, [...(strategies.get(id) ?? []), strategy]);
  const context = { tests, laws, long, strategies };
  const all = sentences.groups.flatMap(({ rows }) => rows.map(([id]) => id));
  const untested = all.filter((id) => testsOf(context, id).length === 0 && !strategies.has(id));
  return [
    INTRO,
    summary(all, untested),
    ...sentences.groups.map((group) => renderGroup(group, context)),
    `## ${NOT_PROMISED}\n\n${sentences.not_promised.map((text) => `- ${text}`).join('\n')}\n`,
  ].join('\n');
}

function summary(all, untested) {
  const listed = untested.length === 0 ? '' : `\n\nNot tested yet: ${untested.join(', ')}.`;
  return `Of ${all.length} rows ${all.length - untested.length} are tested.${listed}\n`;
}

function renderGroup({ title, rows }, context) {
  const lines = rows.map(([id, sentence]) => {
    const tests = testsOf(context, id);
    const without = context.strategies.has(id) ? ONLY_SWEPT : NOT_TESTED;
    const shown = tests.length === 0 ? without : tests.map(shownTest).join('<br>');
    return `| ${id} | ${sentence} | ${shown} | ${placesOf(context, id, tests).join(', ')} |`;
  });
  return [`## ${title}\n`, '| id | what holds | tests | runs in |', '| --- | --- | --- | --- |', ...lines, ''].join('\n');
}

function testsOf({ tests }, id) {
  return tests.filter(({ ids }) => ids.includes(id)).sort((a, b) => (a.file < b.file ? -1 : Number(a.file > b.file)));
}

function shownTest({ file, title, kind }) {
  return `${kind} [${file.split('/').at(-1)}](../${file}): ${shownTitle(title)}`;
}

function placesOf({ laws, long, strategies }, id, tests) {
  const steps = { S: 'unit', U: 'unit', P: 'process', R: 'real' };
  const swept = strategies.get(id) ?? [];
  const inSweep = swept.length > 0 ? [`sweep (${swept.join(', ')})`] : laws.has(id) ? ['sweep'] : [];
  const files = new Set(tests.map(({ file }) => file));
  const longer = [...new Set(long.filter(({ file }) => files.has(file)).map(({ name }) => name))].sort();
  return [
    ...['unit', 'process', 'real'].filter((step) => tests.some(({ kind }) => steps[kind] === step)),
    ...inSweep,
    ...(longer.length > 0 ? [`long (${longer.join(', ')})`] : []),
  ];
}
