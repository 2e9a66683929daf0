/** Our own names as the sources behind them: tests run without a build; suites that need built packages say so in their set-up. */
import { fromRoot } from './workspace.mjs';

const source = (path) => fromRoot('packages', path);

export const sourceAlias = [
  { find: '@kopfts/core/contracts', replacement: source('core/src/contracts/index.ts') },
  ...['core', 'kubernetes', 'persistence-annotations', 'persistence-redis', 'apiserver', 'testing', 'cli', 'cron', 'observability'].map(
    (name) => ({
      find: new RegExp(`^@kopfts/${name}$`),
      replacement: source(`${name}/src/index.ts`),
    }),
  ),
];
