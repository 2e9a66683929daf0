/** What a package may weigh: packed, unpacked, and each entry when it is imported. The numbers are in budgets.json. Pure. */

const where = 'tools/package-checks/budgets.json';

/** `measured` and `budget`: `{ packedKB, unpackedKB, entries: { '.': { modules, loadedKB } } }` of one package. */
export function budgetComplaints(measured, budget) {
  if (budget === undefined) return [`has no budget: put this into ${where}: ${JSON.stringify(measured)}`];
  const entries = Object.entries(measured.entries).flatMap(([key, weight]) =>
    over(weight, budget.entries?.[key] ?? {}, `the import of '${key}': `),
  );
  return [...over(measured, budget, ''), ...entries];
}

function over(measured, budget, what) {
  return Object.entries(measured)
    .filter(([, value]) => typeof value === 'number')
    .filter(([name, value]) => !(value <= budget[name]))
    .map(
      ([name, value]) =>
        `${what}${name} is ${value}, the budget is ${budget[name] ?? 'not there'}. If it is worth it, raise it in ${where}`,
    );
}

/** What a tarball weighs, in the shape of a budget; `weights` are those of its imports, by `exports` key. */
export function weighPackage({ tarball, files }, weights) {
  const kilobytes = (bytes) => Math.ceil(bytes / 1000);
  return {
    packedKB: kilobytes(tarball.byteLength),
    unpackedKB: kilobytes(files.reduce((sum, { data }) => sum + data.byteLength, 0)),
    entries: Object.fromEntries(Object.entries(weights).map(([key, { modules, bytes }]) => [key, { modules, loadedKB: kilobytes(bytes) }])),
  };
}
