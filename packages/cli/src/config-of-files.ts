import type { OperatorConfig } from '@kopfts/core';
import { importOptional } from './optional-package.js';

/**
 * The configuration of files that come without one: this cluster, annotations, and Kopf's own names, since without a
 * `name` nobody said who we are.
 */
export async function configOfFiles(handlers: OperatorConfig['handlers']): Promise<OperatorConfig> {
  const what = 'Running handlers without a configuration';
  const [{ kubernetes }, { annotations }] = await Promise.all([
    importOptional('@kopfts/kubernetes', what, () => import('@kopfts/kubernetes')),
    importOptional('@kopfts/persistence-annotations', what, () => import('@kopfts/persistence-annotations')),
  ]);
  return { handlers, plugins: [kubernetes(), annotations()] };
}
