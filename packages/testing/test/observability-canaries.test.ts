// What must be nowhere, in all that observability gives to others at once: collectors of logs, traces and metrics, Prometheus, lines, health, explanations.
import {
  createRegistry,
  defineConfig,
  explanationText,
  PermanentError,
  TemporaryError,
  type Plugin,
  type ServedOperator,
} from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { observability } from '@kopfts/observability';
import { annotations } from '@kopfts/persistence-annotations';
import { checkSecrecy, customResourceDefinition, startRunner } from '@kopfts/testing';
import { describe, expect, it } from 'vitest';
import { openCollector } from './support/collector.js';
import { A, example, KIND } from './world.js';

const CANARY = 'canary-in-the-mine';
const ERROR = `GET https://user:${CANARY}@host: Authorization: Bearer ${CANARY}, redis://:${CANARY}@h, token=${CANARY}`;
const planted = {
  spec: { password: CANARY, deep: [{ token: CANARY }] },
  // What labels say is no secret: an explanation says which one a filter did not want.
  metadata: { annotations: { 'example.com/token': CANARY }, labels: { app: 'y' } },
};

describe('canaries in objects, in errors and in what hangs on these', () => {
  it('[S17, SEC11] are in nothing that others read, at debug level', async () => {
    const collector = await openCollector();
    const lines: string[] = [];
    let served: ServedOperator | undefined;
    const asker: Plugin = {
      name: 'asker',
      setup(host) {
        host.contribute('service', {
          name: 'asker',
          run: (signal, operator) => {
            served = operator;
            return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
          },
        });
        host.contribute('admitPass', ({ body }) =>
          body.metadata.annotations?.['hold'] === 'yes'
            ? { go: false, reason: `not with password=${CANARY}`, retryAfterMs: 3_600_000 }
            : { go: true },
        );
      },
    };
    const kopf = createRegistry();
    kopf.on.create('KopfExample', { id: 'filtered', labels: { app: 'x' } }, () => undefined);
    kopf.on.create('KopfExample', { id: 'valued', field: 'spec.password', value: 'x' }, () => undefined);
    kopf.on.create('KopfExample', { id: 'never' }, () => {
      throw new PermanentError(ERROR);
    });
    kopf.on.create('KopfExample', { id: 'later' }, ({ logger }) => {
      logger.info(`asking with ${ERROR}`, { header: `Bearer ${CANARY}`, nested: { authorization: `Basic ${CANARY}` } });
      throw new TemporaryError(ERROR, { delay: 3600 });
    });
    kopf.on.event('KopfExample', { id: 'odd' }, () => {
      throw Object.assign(new Error(ERROR, { cause: new Error(CANARY) }), { config: { headers: { authorization: CANARY } } });
    });
    const seen = observability({
      metrics: { prometheus: { port: 0 }, otlp: { url: collector.url('metrics') } },
      traces: { otlp: { url: collector.url('traces') } },
      logs: { level: 'debug', otlp: { url: collector.url('logs') }, write: (line) => void lines.push(line) },
      health: { port: 0, host: '127.0.0.1', blockedAfterMs: 3_600_000 },
    });
    const runner = await startRunner({
      config: defineConfig({
        name: 'test',
        handlers: [kopf],
        namespaces: ['default'],
        plugins: [kubernetes(), annotations(), seen, asker],
      }),
      crds: [customResourceDefinition(KIND)],
      timeout: '60s',
    });
    await runner.create(example('a', planted));
    await runner.create(example('held', { ...planted, metadata: { annotations: { hold: 'yes' } } }));
    await runner.until(() => {
      expect(runner.facts.filter((fact) => fact.kind === 'handler-ended' && fact.result !== 'succeeded').length).toBeGreaterThan(2);
      expect(runner.facts.some(({ kind }) => kind === 'pass-held')).toBe(true);
      // The progress is written, with what handlers said.
      expect(runner.facts.some(({ kind }) => kind === 'write-ended')).toBe(true);
    });
    const explanations = [A.metadata, { name: 'held', namespace: 'default' }].flatMap((metadata) => {
      const answer = served?.explain({ kind: 'KopfExample', ...metadata });
      return answer === undefined ? [] : [explanationText(answer), JSON.stringify(answer)];
    });
    const urls = runner.facts.flatMap((fact) =>
      fact.kind === 'plugin' && fact.name.startsWith('serving-') ? [(fact.data as { readonly url: string }).url] : [],
    );
    const pages = await Promise.all(
      urls
        .flatMap((url) => (url.endsWith('/metrics') ? [url] : [`${url}/livez?verbose`, `${url}/readyz?verbose`]))
        .map(async (url) => (await fetch(url)).text()),
    );
    await runner.stop();

    const sent = (signal: string) => collector.received.filter(({ path }) => path === `/v1/${signal}`).map(({ body }) => body);
    const sinks = [
      { name: 'log line', texts: lines },
      { name: 'page', texts: pages },
      { name: 'explanation', texts: explanations },
      ...['logs', 'traces', 'metrics'].map((signal) => ({ name: `collector of ${signal}`, texts: sent(signal) })),
    ];
    // Nothing is shown for want of something to show.
    expect(sinks.filter(({ texts }) => texts.length === 0).map(({ name }) => name)).toEqual([]);
    expect([lines, sent('logs'), sent('traces'), explanations].map((texts) => texts.join('').includes('[redacted]'))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(sent('metrics').join('')).toContain('kopf_handler_duration_seconds');
    expect(checkSecrecy([CANARY], sinks)).toEqual([]);
  });
});
