/** The measured operator: as published, one handler of creations and updates, with the status or Redis for its memory. */
import { createRegistry, defineConfig, startOperator } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { status } from '@kopfts/persistence-annotations';
import { redis } from '@kopfts/persistence-redis';
import { answerQuestions, cpuMicroseconds } from './measured-process.mjs';
import { KIND } from './settings.mjs';

const [kubeconfig, store, url] = process.argv.slice(2);
const kopf = createRegistry();
const greet = ({ spec, patch }) => {
  patch.status.name = spec.name ?? 'world';
};
kopf.on.create(KIND, greet);
kopf.on.update(KIND, greet);
const memory = store === 'redis' ? redis({ url, cluster: 'bench' }) : status();
const config = defineConfig({ name: store, handlers: [kopf], namespaces: [store], plugins: [kubernetes({ kubeconfig }), memory] });
const operator = await startOperator(config);

answerQuestions({ ready: () => operator.ready, cpu: cpuMicroseconds, end: () => operator.stop() });
