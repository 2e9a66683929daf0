import { defineConfig } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { redis } from '@kopfts/persistence-redis';
import handlers from './handlers.js';

export default defineConfig({ name: 'my-operator', handlers: [handlers], plugins: [kubernetes(), redis({ url: 'redis://redis:6379' })] });
