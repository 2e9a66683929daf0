/**
 * Lets Kopf play scenarios and takes what it does for the truth from now on.
 *   npm run kopf-recordings                       all of them
 *   npm run kopf-recordings -- stealth own-spec   these
 */
import { runVitest } from '../run-vitest.mjs';

const names = process.argv.slice(2);
const { failed, skipped } = await runVitest(['real'], {
  args: ['packages/testing/test/differential/kopf.real.test.ts'],
  env: { KOPFTS_RECORD: names.length === 0 ? 'all' : names.join(',') },
});
process.exitCode = failed.length + skipped.length === 0 ? 0 : 1;
