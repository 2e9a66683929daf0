import { startRunner } from '@kopfts/testing';
import { expect, it, onTestFinished } from 'vitest';
import config from './kopf.config.js';

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'pod-1', namespace: 'default' },
  spec: { containers: [{ name: 'main', image: 'busybox' }] },
};

it('an operator that Prometheus and the kubelet can ask how it is', async () => {
  const runner = await startRunner({ config });
  onTestFinished(async () => {
    await runner.stop();
  });
  const urlOf = (serving: string) =>
    runner.facts.flatMap((fact) =>
      fact.kind === 'plugin' && fact.name === serving ? [(fact.data as { readonly url: string }).url] : [],
    )[0] ?? '';
  const ask = async (url: string) => (await fetch(url)).text();

  await runner.create(pod);
  await runner.until(async () => {
    const metrics = await ask(urlOf('serving-metrics'));
    expect(metrics).toContain('kopf_handler_attempts_total{operator="observed",handler="greet",result="retry"} 1\n');
    expect(metrics).toContain('kopf_handler_attempts_total{operator="observed",handler="greet",result="succeeded"} 1\n');
  });
  expect(await ask(`${urlOf('serving-health')}/livez`)).toBe('ok\n');
  await runner.until(async () => expect(await ask(`${urlOf('serving-health')}/readyz?verbose`)).toContain('[+]watches ok\n'));
});
