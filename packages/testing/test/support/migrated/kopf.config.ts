import { defineConfig } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { kopf } from './handlers.js';

export default defineConfig({
  handlers: [kopf],
  clusterwide: true,
  settings: {
    execution: { defaultBackoff: 10 },
    posting: { level: 'warn' },
  },
  plugins: [kubernetes(), annotations()],
});
