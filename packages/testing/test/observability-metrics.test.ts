import { createRegistry, defineConfig, PermanentError, TemporaryError, type Plugin } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { METRICS, observability, type ObservabilityOptions, type TracesOptions } from '@kopfts/observability';
import { annotations } from '@kopfts/persistence-annotations';
import { startRunner } from '@kopfts/testing';
import { describe, expect, it } from 'vitest';
import { A, createWorld, example } from './world.js';

const ON_LOOPBACK = { metrics: { prometheus: { port: 0 } } } as const satisfies ObservabilityOptions;
type ReadableSpan = Parameters<NonNullable<TracesOptions['exporter']>['export']>[0][number];
type World = Awaited<ReturnType<typeof createWorld>>;

function urlOf(world: Pick<World, 'factsOf'>, name = 'serving-metrics'): string {
  const urls = world.factsOf('plugin').flatMap(({ name: one, data }) => (one === name ? [(data as { readonly url: string }).url] : []));
  return urls.at(-1) ?? 'http://nobody.invalid';
}

/** Series by name and labels; types by name. */
async function scrape(
  world: Pick<World, 'factsOf'>,
): Promise<{ readonly types: Record<string, string>; readonly values: Record<string, number> }> {
  const page = await (await fetch(urlOf(world))).text();
  const lines = page.split('\n');
  const types = lines.flatMap((line) => /^# TYPE (\S+) (\S+)$/.exec(line)?.slice(1) ?? []);
  const series = lines.flatMap((line) => {
    const [, name, labels, value] = /^(\w+?)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    return name === undefined ? [] : [[`${name}{${(labels ?? '').split(',').sort().join(',')}}`, Number(value)] as const];
  });
  const pairs = types.flatMap((name, index) => (index % 2 === 0 ? [[name, types[index + 1] ?? ''] as const] : []));
  return { types: Object.fromEntries(pairs), values: Object.fromEntries(series) };
}

/** Holds one object for once, and says that it leads: a plugin that watches over leaders would do both. */
const leader: Plugin = {
  name: 'leader',
  setup(host) {
    let held = false;
    host.contribute('admitPass', () => {
      if (held) return { go: true };
      held = true;
      return { go: false, reason: 'not yet', retryAfterMs: 1 };
    });
    host.contribute('service', {
      name: 'leader',
      run: async (signal) => {
        host.emit({ kind: 'plugin', plugin: 'leader', name: 'leadership', data: { lease: 'l', leading: true } });
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      },
    });
  },
};

describe('metrics', () => {
  it('of a handled object are those of the table, all of them, with its types and labels', async () => {
    const world = await createWorld(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'made' }, ({ retry, logger }) => {
          logger.info('working');
          if (retry === 0) throw new TemporaryError('not yet', { delay: 10 });
        });
        kopf.on.update('KopfExample', { id: 'refused', labels: { never: 'there' } }, () => undefined);
        kopf.on.delete('KopfExample', { id: 'bad' }, () => {
          throw new PermanentError('never');
        });
        kopf.timer('KopfExample', { id: 'tick', interval: 60 }, () => undefined);
        kopf.daemon('KopfExample', { id: 'guard' }, ({ stopped }) => stopped.wait());
        kopf.index('KopfExample', { id: 'names' }, ({ name }) => ({ [name]: 1 }));
      },
      { objects: [example('b')], plugins: [observability(ON_LOOPBACK), leader] },
    );
    await world.start();
    world.faults.add({ kind: 'status', code: 429, headers: { 'retry-after': '1' } }, { when: ({ method }) => method === 'PATCH' });
    await world.create(example());
    await world.advance('30s');
    const { types, values } = await scrape(world);
    const table = Object.fromEntries(METRICS.map(({ name, kind }) => [name, kind]));
    expect(Object.entries(types).filter(([name, type]) => name !== 'target_info' && table[name] !== type)).toEqual([]);
    expect(METRICS.map(({ name }) => name).filter((name) => !(name in types))).toEqual([]);
    const labelsOf = Object.fromEntries(METRICS.map(({ name, labels }) => [name, labels]));
    for (const series of Object.keys(values)) {
      const [, name = '', labels = ''] = /^(\w+?)(?:_bucket|_sum|_count)?\{(.*)\}$/.exec(series) ?? [];
      if (name === 'target_info') continue;
      const names = labels.split(',').map((label) => label.split('=')[0]);
      expect([name, names.filter((label) => label !== 'le').sort()]).toEqual([name, ['operator', ...(labelsOf[name] ?? ['?'])].sort()]);
    }
    expect(values).toMatchObject({
      'kopf_handler_attempts_total{handler="made",operator="test",result="retry"}': 2,
      'kopf_handler_attempts_total{handler="made",operator="test",result="succeeded"}': 2,
      'kopf_handler_attempts_total{handler="made",operator="test",result="failed"}': 0,
      'kopf_handler_attempts_total{handler="bad",operator="test",result="failed"}': 0,
      'kopf_handler_retries_total{handler="made",operator="test"}': 2,
      'kopf_handler_duration_seconds_count{handler="made",operator="test"}': 4,
      'kopf_events_total{kind="kopfexamples.v1.kopf.dev",operator="test",type="ADDED"}': 1,
      'kopf_events_total{kind="kopfexamples.v1.kopf.dev",operator="test",type="LISTED"}': 1,
      'kopf_events_total{kind="kopfexamples.v1.kopf.dev",operator="test",type="DELETED"}': 0,
      'kopf_events_missed_total{kind="kopfexamples.v1.kopf.dev",operator="test"}': 0,
      'kopf_watches{kind="kopfexamples.v1.kopf.dev",operator="test",state="live"}': 1,
      'kopf_watches{kind="kopfexamples.v1.kopf.dev",operator="test",state="retrying"}': 0,
      'kopf_timers{handler="tick",operator="test"}': 2,
      'kopf_index_objects{index="names",operator="test"}': 2,
      'kopf_objects{kind="kopfexamples.v1.kopf.dev",operator="test"}': 2,
      'kopf_log_lines_total{level="info",operator="test"}': 4,
      'kopf_log_lines_total{level="error",operator="test"}': 0,
      'kopf_kubernetes_events_total{operator="test",outcome="lost"}': 0,
      'kopf_activity_attempts_total{activity="startup",operator="test",result="failed"}': 0,
      'kopf_finalizer_changes_total{change="added",kind="kopfexamples.v1.kopf.dev",operator="test"}': 2,
      'kopf_finalizer_changes_total{change="removed",kind="kopfexamples.v1.kopf.dev",operator="test"}': 0,
      'kopf_daemons{handler="guard",operator="test"}': 2,
      'kopf_passes_held_total{kind="kopfexamples.v1.kopf.dev",operator="test",plugin="leader"}': 1,
      'leader_election_master_status{name="l",operator="test"}': 1,
      'kopf_queue_age_seconds{kind="kopfexamples.v1.kopf.dev",operator="test"}': 0,
      'kopf_ready{operator="test"}': 1,
    });
    expect(values['rest_client_requests_total{code="200",method="PATCH",operator="test"}']).toBeGreaterThan(2);
    expect(values['workqueue_work_duration_seconds_count{name="kopfexamples.v1.kopf.dev",operator="test"}']).toBe(
      values['workqueue_adds_total{name="kopfexamples.v1.kopf.dev",operator="test"}'],
    );
    expect(
      values['kopf_writes_total{endpoint="main",kind="kopfexamples.v1.kopf.dev",operator="test",outcome="committed"}'],
    ).toBeGreaterThan(0);
    await world.close();
  });

  it('[M7] have no labels that say what objects or sub-handlers are called', async () => {
    const world = await createWorld(
      (kopf) =>
        kopf.on.create('KopfExample', { id: 'parent' }, async ({ name, execute }) => {
          await execute({ [`sub-of-${name}`]: () => undefined });
        }),
      {
        objects: ['zulu', 'yankee', 'xray'].map((name) => example(name, { metadata: { labels: { app: name } } })),
        plugins: [observability(ON_LOOPBACK)],
      },
    );
    await world.start();
    await world.advance('1m');
    const { values } = await scrape(world);
    expect(Object.keys(values).filter((series) => /zulu|yankee|xray|default/.test(series))).toEqual([]);
    expect(values['kopf_handler_attempts_total{handler="parent",operator="test",result="succeeded"}']).toBeGreaterThanOrEqual(6);
    await world.close();
  });

  it('are for nobody without a token that the cluster knows, where that was asked for', async () => {
    const kopf = createRegistry();
    const metrics = { prometheus: { port: 0, authorize: { audiences: ['metrics'] } } };
    const plugins = [kubernetes(), annotations(), observability({ metrics })];
    const runner = await startRunner({
      config: defineConfig({ name: 'test', handlers: [kopf], namespaces: ['default'], plugins }),
      timeout: '60s',
    });
    const url =
      runner.facts.flatMap((fact) =>
        fact.kind === 'plugin' && fact.name === 'serving-metrics' ? [(fact.data as { readonly url: string }).url] : [],
      )[0] ?? '';
    const status = async (authorization?: string) =>
      (await fetch(url, authorization === undefined ? {} : { headers: { authorization } })).status;
    // The in-memory server knows no such tokens: it answers the review, and nobody is let in.
    expect([await status(), await status('Bearer nobody'), await status('Basic abc')]).toEqual([401, 401, 401]);
    await runner.stop();
  });

  it('are not served to others than this machine unless somebody says so', () => {
    const at = (prometheus: object) => () => observability({ metrics: { prometheus: { port: 0, host: '0.0.0.0', ...prometheus } } });
    expect(at({})).toThrow(expect.objectContaining({ code: 'KOPF_INVALID_OPTION' }));
    expect(at({ authorize: true })).toThrow(expect.objectContaining({ code: 'KOPF_INVALID_OPTION' }));
    expect(at({ tls: { key: 'k', cert: 'c' } })).toThrow(expect.objectContaining({ code: 'KOPF_INVALID_OPTION' }));
    expect(at({ open: true })).not.toThrow();
    expect(at({ tls: { key: 'k', cert: 'c' }, authorize: true })).not.toThrow();
  });

  it('an endpoint that cannot listen ends the start, and says where', async () => {
    const first = await createWorld(() => undefined, { plugins: [observability(ON_LOOPBACK)] });
    await first.start();
    const port = Number(new URL(urlOf(first)).port);
    const second = await createWorld(() => undefined, { plugins: [observability({ metrics: { prometheus: { port } } })] });
    await expect(second.start()).rejects.toMatchObject({
      code: 'KOPF_OBSERVABILITY_UNAVAILABLE',
      context: { address: `127.0.0.1:${String(port)}` },
    });
    await second.close();
    await first.close();
  });

  it('[S17, SEC11] secrets of objects, credentials and errors are in no line, metric or span of any level', async () => {
    const lines: string[] = [];
    const spans: unknown[] = [];
    const exporter = {
      export: (
        some: readonly { readonly name: string; readonly attributes: object; readonly status: object; readonly events: unknown }[],
        done: (r: { code: number }) => void,
      ) => {
        spans.push(...some.map(({ name, attributes, status, events }) => ({ name, attributes, status, events })));
        done({ code: 0 });
      },
      shutdown: () => Promise.resolve(),
    };
    const planted = {
      spec: { password: 'canary-of-spec', deep: { token: 'canary-of-depth' } },
      metadata: { annotations: { note: 'canary-of-annotation' }, labels: { app: 'canary-of-label' } },
    };
    const world = await createWorld(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'made', labels: { app: 'x' } }, () => undefined);
        kopf.on.update('KopfExample', { id: 'changed' }, ({ retry }) => {
          if (retry > 0) return;
          const error = new Error('GET https://user:canary-of-url@host/ with Authorization: Bearer canary-of-header failed', {
            cause: new Error('canary-of-cause'),
          });
          throw Object.assign(error, { config: { headers: { authorization: 'canary-of-config' } } });
        });
      },
      {
        objects: [example('a', planted)],
        plugins: [
          observability({
            ...ON_LOOPBACK,
            traces: { exporter: exporter },
            logs: { level: 'debug', write: (line) => void lines.push(line) },
          }),
        ],
      },
    );
    await world.start();
    await world.patch(A, { spec: { password: 'canary-of-change' } });
    await world.advance('2m');
    const page = await (await fetch(urlOf(world))).text();
    await world.stop();
    await world.close();
    expect(lines.length).toBeGreaterThan(20);
    expect(JSON.stringify(spans)).toContain('handler changed');
    expect([...lines, page, ...spans.map((span) => JSON.stringify(span))].filter((text) => text.includes('canary'))).toEqual([]);
    // What changed is told, what it was and is is not.
    expect(lines.join('')).toContain('"changed":["change spec.password"]');
  });

  it('lines have the object as fields, and an annotation sets the level of one object', async () => {
    const lines: string[] = [];
    const world = await createWorld(
      (kopf) => kopf.on.create('KopfExample', { id: 'made' }, ({ logger, name }) => logger.debug(`details of ${name}`, { size: 3n })),
      {
        plugins: [observability({ logs: { refKey: 'k8s', write: (line) => void lines.push(line) } })],
      },
    );
    await world.start();
    await world.create(example('quiet'));
    await world.create(example('loud', { metadata: { annotations: { 'test.kopf.zalando.org/log-level': 'debug' } } }));
    await world.advance('1m');
    await world.close();
    const said = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(said.filter(({ message }) => String(message).startsWith('details'))).toMatchObject([
      {
        message: 'details of loud',
        severity: 'debug',
        size: '3',
        k8s: { apiVersion: 'kopf.dev/v1', kind: 'KopfExample', name: 'loud', namespace: 'default' },
      },
    ]);
    expect(said).toContainEqual(
      expect.objectContaining({
        message: 'handler ended',
        severity: 'info',
        handler: 'made',
        attempt: 1,
        k8s: expect.objectContaining({ name: 'quiet' }),
      }),
    );
  });

  it('[SEC16] every request that writes to an object leaves a trail: who, to which object, why, for which handlers, and what became of it', async () => {
    const lines: string[] = [];
    const spans: ReadableSpan[] = [];
    const exporter = {
      export: (some: readonly ReadableSpan[], done: (result: { code: number }) => void) => {
        spans.push(...some);
        done({ code: 0 });
      },
      shutdown: () => Promise.resolve(),
    };
    const traces = { exporter };
    const logs = { level: 'debug', write: (line: string) => void lines.push(line) } as const;
    const world = await createWorld(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'made' }, () => 'done');
        kopf.on.create('KopfExample', { id: 'later' }, ({ retry }) => {
          if (retry === 0) throw new TemporaryError('not yet', { delay: 10 });
          return 'late';
        });
        kopf.on.delete('KopfExample', { id: 'bye' }, () => undefined);
      },
      { plugins: [observability({ traces, logs })], settings: { posting: { enabled: false } } },
    );
    await world.start();
    const { uid } = (await world.create(example())).metadata;
    await world.advance('30s');
    await world.delete(A);
    await world.advance('30s');
    const requests = world.calls.filter(({ method }) => method === 'PATCH');
    await world.stop();
    await world.close();
    const said = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    const trail = said.filter(({ message }) => message === 'write sent');
    const ends = said.filter(({ message }) => message === 'write ended');
    expect(requests.length).toBeGreaterThan(3);
    expect([trail.length, ends.length]).toEqual([requests.length, requests.length]);
    for (const entry of trail)
      expect(entry).toMatchObject({ object: { uid, name: 'a' }, endpoint: expect.any(String), why: expect.any(String) });
    for (const entry of ends)
      expect(entry).toMatchObject({ object: { uid }, outcome: 'committed', resourceVersion: expect.stringMatching(/^\d+$/) });
    // Who it was, and whose results they are: a write is linked to the attempts.
    const writes = spans.filter(({ name }) => name === 'write kopfexamples');
    expect(writes.map(({ attributes }) => attributes['kopf.write.reason'])).toEqual(trail.map(({ why }) => why));
    // The finalizer comes before the first look, and belongs to the same event.
    const events = spans.filter(({ name }) => name === 'event kopfexamples');
    expect(events.map(({ attributes }) => attributes['kopf.event.type'])).toEqual(['ADDED', 'MODIFIED']);
    const first = writes[0];
    expect([first?.parentSpanContext?.spanId, new Set(writes.slice(0, 3).map((write) => write.spanContext().traceId)).size]).toEqual([
      events[0]?.spanContext().spanId,
      1,
    ]);
    expect(new Set(writes.map(({ resource }) => resource.attributes['service.name']))).toEqual(new Set(['test']));
    const attempts = new Map(spans.map((span) => [span.spanContext().spanId, span.attributes['kopf.handler.id']]));
    const handlersOf = writes.map(({ links }) => links.map(({ context }) => String(attempts.get(context.spanId))).sort());
    expect([...new Set(handlersOf.map((handlers) => handlers.join()))].sort()).toEqual(['', 'bye', 'later', 'later,made']);
  });
});
