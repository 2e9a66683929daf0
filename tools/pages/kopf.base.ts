import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import handlers from './handlers.js';

/** What `layers.config.ts` extends. */
export default { handlers: [handlers], plugins: [kubernetes(), annotations()] };
