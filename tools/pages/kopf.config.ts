import { createRegistry, defineConfig } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';

const kopf = createRegistry();
kopf.on.create('KopfExample', { id: 'create_fn' }, ({ spec }) => ({ seen: spec.field }));

export default defineConfig({ name: 'seen', handlers: [kopf], namespaces: ['default'], plugins: [kubernetes(), annotations()] });
