/**
 * `npm test`: everything that must hold, one step after the other, with the time each took. `npm test lint unit` runs only those.
 * A failed step does not stop the others. Under CI nothing may be skipped. Ends with `N passed, N failed`.
 */
import { requireNode } from './node-version.mjs';

if (requireNode()) {
  import('./workspace.mjs')
    .then((workspace) => workspace.ensureInstalled())
    .then(() => import('./test-steps.mjs'))
    .then(({ steps }) => import('./run-steps.mjs').then(({ runSteps }) => runSteps(steps, process.argv.slice(2))))
    .then((failed) => {
      process.exitCode = failed === 0 ? 0 : 1;
    })
    .catch((error) => {
      console.error(error && error.name === 'CommandFailedError' ? error.message : error);
      console.log('0 passed, 1 failed');
      process.exitCode = 1;
    });
}
