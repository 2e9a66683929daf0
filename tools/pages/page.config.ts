import { defineConfig } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import handlers from './handlers.js';

export default defineConfig({
  name: 'my-operator',
  handlers: [handlers],
  namespaces: ['default', 'team-*'],
  plugins: [kubernetes(), annotations()],
  settings: { queueing: { workerLimit: 64 }, process: { ultimateExitingTimeout: '25s' } },
});
