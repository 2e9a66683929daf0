import { defineConfig } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import handlers from './handlers.js';

export default defineConfig({ name: 'my-operator', handlers: [handlers], plugins: [kubernetes(), annotations()] });
