import { kubernetes } from '@kopfts/kubernetes';
import { annotations, status } from '@kopfts/persistence-annotations';

const plugins = [kubernetes(), status({ keeps: ['progress'] }), annotations({ keeps: ['diffBase'] })];

export { plugins };
