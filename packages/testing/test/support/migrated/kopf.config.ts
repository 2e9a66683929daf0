import { defineConfig } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import handlers from './handlers.js';

export default defineConfig({
  handlers: [handlers],
  clusterwide: true,
  settings: {
    execution: { defaultBackoff: 10 },
    posting: { level: 'warn' },
  },
  plugins: [kubernetes(), annotations()],
});
