import { defineConfig } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { observability } from '@kopfts/observability';
import { annotations } from '@kopfts/persistence-annotations';
import handlers from './handlers.js';

export default defineConfig({
  name: 'my-operator',
  handlers: [handlers],
  plugins: [
    kubernetes(),
    annotations(),
    observability({
      metrics: { prometheus: { port: 9090 } },
      traces: { otlp: { url: 'http://localhost:4318/v1/traces' } },
      health: { port: 8081 },
    }),
  ],
});
