import { defineConfig } from '@kopfts/core';
import config from './kopf.config.js';
import { createLogin } from './login.js';

/** On a cluster, with a login of its own: `kopf run --config cluster.config.ts`. */
export default defineConfig({ ...config, handlers: [...config.handlers, createLogin()] });
