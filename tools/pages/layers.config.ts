import { defineConfig } from '@kopfts/core';

export default defineConfig({
  extends: './kopf.base.js',
  name: 'my-operator',
  settings: { queueing: { workerLimit: 8 } },
  profiles: {
    production: { clusterwide: true, settings: { queueing: { workerLimit: 64 } } },
    staging: { namespaces: ['staging'] },
  },
});
