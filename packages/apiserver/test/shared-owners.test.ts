import { createApiServer } from '@kopfts/apiserver';
import type { ApiServer, JsonObject, JsonValue, ServerSnapshot } from '@kopfts/apiserver';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { CONFIG_MAPS, call, configMap } from './client.js';
import { ManualClock } from './manual-clock.js';

const APPLY = { 'content-type': 'application/apply-patch+yaml' };
const MERGE = { 'content-type': 'application/merge-patch+json' };
const opened: ApiServer[] = [];
function open(clock: ManualClock): ApiServer {
  const server = createApiServer({ seed: 1, clock });
  opened.push(server);
  return server;
}
afterEach(() => Promise.all(opened.splice(0).map((server) => server.close())));

/** The object as a server keeps it, not a copy. */
function kept(server: ApiServer, name: string): JsonObject | undefined {
  const objects = server.snapshot().collections.find((collection) => collection.name === 'configmaps')?.objects ?? [];
  return objects.find((object) => metaOf(object)['name'] === name);
}
function metaOf(object: JsonObject): JsonObject {
  return object['metadata'] as JsonObject;
}
function ownersOf(object: JsonObject | undefined): readonly JsonValue[] {
  return object === undefined ? [] : (metaOf(object)['managedFields'] as readonly JsonValue[]);
}
function fieldsOf(entry: JsonValue | undefined): JsonValue | undefined {
  return (entry as JsonObject)['fieldsV1'];
}

interface Step {
  readonly kind: 'create' | 'merge' | 'apply';
  readonly name: string;
  readonly manager: string;
  readonly data: Readonly<Record<string, string | null>>;
  readonly waitsMs: number;
}
const steps = fc.array(
  fc.record<Step>({
    kind: fc.constantFrom('create', 'merge', 'merge', 'apply'),
    name: fc.constantFrom('a', 'b', 'c'),
    manager: fc.constantFrom('x', 'y'),
    data: fc.dictionary(fc.constantFrom('k', 'l', 'm'), fc.option(fc.constantFrom('1', '2'), { freq: 4 }), { maxKeys: 3 }),
    waitsMs: fc.constantFrom(0, 0, 400, 1_000),
  }),
  { minLength: 1, maxLength: 14 },
);

function take(server: ApiServer, { kind, name, manager, data }: Step) {
  const query = `fieldManager=${manager}`;
  const texts = Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null));
  switch (kind) {
    case 'create':
      return call(server, 'POST', `${CONFIG_MAPS}?${query}`, { body: configMap(name, texts) });
    case 'merge':
      return call(server, 'PATCH', `${CONFIG_MAPS}/${name}?${query}`, { body: { data }, headers: MERGE });
    case 'apply':
      return call(server, 'PATCH', `${CONFIG_MAPS}/${name}?${query}&force=true`, { body: configMap(name, texts), headers: APPLY });
  }
}

describe('what objects share of their owners', () => {
  it('is the whole list where one manager wrote objects of one shape within a second', async () => {
    const server = open(new ManualClock());
    for (const name of ['a', 'b']) await call(server, 'POST', CONFIG_MAPS, { body: configMap(name, { text: name }) });
    expect(ownersOf(kept(server, 'a'))).toHaveLength(1);
    expect(ownersOf(kept(server, 'a'))).toBe(ownersOf(kept(server, 'b')));
    for (const name of ['a', 'b'])
      await call(server, 'PATCH', `${CONFIG_MAPS}/${name}?fieldManager=m`, { body: { data: { more: name } }, headers: MERGE });
    expect(ownersOf(kept(server, 'b'))).toHaveLength(2);
    expect(ownersOf(kept(server, 'a'))).toBe(ownersOf(kept(server, 'b')));
  });

  it('is the set of fields where only the time or the manager differs', async () => {
    const clock = new ManualClock();
    const server = open(clock);
    await call(server, 'POST', `${CONFIG_MAPS}?fieldManager=x`, { body: configMap('a', { k: '1' }) });
    clock.advance(2_000);
    await call(server, 'POST', `${CONFIG_MAPS}?fieldManager=y`, { body: configMap('b', { k: '2' }) });
    const [[a], [b]] = [ownersOf(kept(server, 'a')), ownersOf(kept(server, 'b'))];
    expect(b).toMatchObject({ manager: 'y', time: '2026-01-01T00:00:02Z' });
    expect(fieldsOf(a)).toBe(fieldsOf(b));
  });

  it('shows in no answer: a server restored before every write gives the same owners', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        const clock = new ManualClock();
        const server = open(clock);
        for (const step of taken) {
          clock.advance(step.waitsMs);
          const fresh = open(clock);
          fresh.restore(JSON.parse(JSON.stringify(server.snapshot())) as ServerSnapshot);
          const [answer, expected] = [await take(server, step), await take(fresh, step)];
          expect(answer.status).toBe(expected.status);
          if (answer.status < 300) expect(JSON.stringify(ownersOf(answer.body))).toBe(JSON.stringify(ownersOf(expected.body)));
          else expect(answer.text).toBe(expected.text);
        }
        await Promise.all(opened.splice(0).map((one) => one.close()));
      }),
      { numRuns: 40 },
    );
  });
});
