import { defineConfig } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import handlers from './handlers.js';

export default defineConfig({
  name: 'my-operator', // who we are on the cluster: annotations, finalizer, field manager
  handlers: [handlers],
  namespaces: ['default', 'team-*'], // or clusterwide: true
  plugins: [kubernetes(), annotations()],
});
