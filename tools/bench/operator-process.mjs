/** The measured operator: core, kubernetes and one of the stores on the object as published, and one creation handler, as in `examples/00-hello`. */
import { createRegistry, defineConfig, startOperator } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations, status } from '@kopfts/persistence-annotations';
import { answerQuestions, cpuMicroseconds } from './measured-process.mjs';
import { FACTS, KIND, storeOf } from './settings.mjs';

const [kubeconfig, namespace] = process.argv.slice(2);
const kopf = createRegistry();
kopf.on.create(KIND, ({ spec, patch }) => {
  patch.status.name = spec.name ?? 'world';
});
const { observability } = namespace === FACTS.metrics ? await import('@kopfts/observability') : {};
const observers = observability === undefined ? [] : [observability({ metrics: { prometheus: { port: 0 } } })];
const config = defineConfig({
  name: namespace,
  handlers: [kopf],
  namespaces: [namespace],
  plugins: [kubernetes({ kubeconfig }), storeOf(namespace) === 'status' ? status() : annotations(), ...observers],
});
const operator = await startOperator(config);

answerQuestions({ ready: () => operator.ready, cpu: cpuMicroseconds, end: () => operator.stop() });
