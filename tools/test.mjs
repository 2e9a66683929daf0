/**
 * `npm test`: everything that must hold, one step after the other, with the times that steps and suites took. `npm test lint unit` runs
 * only those. A failed step does not stop the others. Under CI nothing may be skipped, pass nothing, or take longer than its budget.
 * Ends with `N passed, N failed`.
 */
import { requireNode } from './node-version.mjs';

if (requireNode()) {
  import('./workspace.mjs')
    .then((workspace) => workspace.ensureInstalled())
    .then((isCold) =>
      Promise.all([import('./test-steps.mjs'), import('./run-steps.mjs'), import('./time-budgets.mjs')]).then(
        ([{ steps }, { runSteps }, { readBudgets }]) => runSteps(steps, process.argv.slice(2), { budgets: readBudgets(), isCold }),
      ),
    )
    .then((failed) => {
      process.exitCode = failed === 0 ? 0 : 1;
    })
    .catch((error) => {
      console.error(error && error.name === 'CommandFailedError' ? error.message : error);
      console.log('0 passed, 1 failed');
      process.exitCode = 1;
    });
}
