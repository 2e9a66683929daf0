import { defineConfig } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import handlers from './handlers.js';
import { files } from './plugin.js';

export default defineConfig({
  name: 'files-example',
  handlers: [handlers],
  namespaces: ['default'],
  plugins: [kubernetes(), files({ folder: 'state' })],
});
