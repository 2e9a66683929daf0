import { defineConfig } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { observability } from '@kopfts/observability';
import { annotations } from '@kopfts/persistence-annotations';
import handlers from './handlers.js';

export default defineConfig({
  name: 'observed',
  handlers: [handlers],
  namespaces: ['default'],
  plugins: [
    kubernetes(),
    annotations(),
    // Port 0 is any that is free; `kopf dev --verbose` says which. A real operator has fixed ones.
    observability({ metrics: { prometheus: { port: 0 } }, health: { port: 0, host: '127.0.0.1' } }),
  ],
});
