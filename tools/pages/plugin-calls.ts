import { observability } from '@kopfts/observability';
import { redis } from '@kopfts/persistence-redis';

export function exported() {
  return observability({
    traces: { otlp: { url: 'http://localhost:4318/v1/traces' } },
    logs: { otlp: { url: 'http://localhost:4318/v1/logs' } },
  });
}

export function kept() {
  return redis({ keeps: ['progress', 'diffBase', 'memo'] }); // or annotations() for the rest, and redis({ keeps: ['memo'] }) beside it
}
