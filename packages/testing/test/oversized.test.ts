import { Buffer } from 'node:buffer';
import { createRegistry, defineConfig, type Registry } from '@kopfts/core';
import { kubernetes, type Transport } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { createHarness, customResourceDefinition, type Harness } from '@kopfts/testing';
import { describe, expect, it } from 'vitest';
import { A, example, KIND } from './world.js';

/** The server of these worlds is not that patient: it keeps a word, and the wire has what it stands for. */
function wireWith(deep: string, wire: Transport): Transport {
  const expanded = (bytes: Uint8Array): Uint8Array => {
    const text = Buffer.from(bytes).toString('utf8');
    return text.includes('"@deep@"') ? Buffer.from(text.replaceAll('"@deep@"', deep)) : bytes;
  };
  return {
    ...wire,
    send: async (request, signal) => {
      const reply = await wire.send(request, signal);
      return { ...reply, body: expanded(reply.body) };
    },
    open: async (request, signal) => {
      const stream = await wire.open(request, signal);
      return { ...stream, chunks: expandedChunks(stream.chunks, expanded) };
    },
  };
}

/** By lines: the word may be cut by a chunk. */
async function* expandedChunks(chunks: AsyncIterable<Uint8Array>, expanded: (bytes: Uint8Array) => Uint8Array) {
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([rest, chunk]);
    const end = bytes.lastIndexOf(10) + 1;
    rest = bytes.subarray(end);
    if (end > 0) yield expanded(bytes.subarray(0, end));
  }
}

function createWorld(deep: string, declare: (kopf: Registry) => void): Promise<Harness> {
  return createHarness({
    crds: [customResourceDefinition(KIND)],
    config: ({ transport }) => {
      const kopf = createRegistry();
      declare(kopf);
      return defineConfig({
        name: 'test',
        handlers: [kopf],
        plugins: [kubernetes({ transport: wireWith(deep, transport) }), annotations()],
      });
    },
  });
}

const nested = (levels: number, inside = '1'): string => `${'{"a":'.repeat(levels)}${inside}${'}'.repeat(levels)}`;

describe('an object of an unusual shape', () => {
  it.each([
    { what: '490 levels', deep: nested(490) },
    { what: '490 levels of lists around a long number', deep: `${'['.repeat(490)}12345678901234567890${']'.repeat(490)}` },
  ])('[L-7] with $what is handled like any other', async ({ deep }) => {
    const { world, seen } = await worldOf(deep);
    await world.start();
    await world.create(example('a', { spec: { value: '@deep@' } }));
    await world.settle();
    await world.patch(A, { metadata: { labels: { x: 'y' } } });
    await world.advance('10m');
    expect(seen.filter((line) => !line.startsWith('event'))).toEqual(['made a', 'changed a']);
    await world.close();
  });

  it.each([
    { what: 'too many levels for what is stored', deep: nested(600) },
    { what: 'as many levels as a server takes', deep: nested(9900) },
    { what: 'as many levels of lists', deep: `${'['.repeat(9900)}${']'.repeat(9900)}` },
    { what: 'as many levels around a long number', deep: nested(9900, '12345678901234567890') },
  ])('[L-7, SEC17] with $what is left alone and told of, and all others are handled, also after a restart', async ({ deep }) => {
    const { world, seen } = await worldOf(deep);
    await world.start();
    await world.create(example('a', { spec: { value: '@deep@' } }));
    await world.create(example('b'));
    await world.advance('10m');
    expect(seen).toContain('made b');
    await world.restart();
    await world.create(example('c'));
    await world.patch(A, { metadata: { labels: { x: 'y' } } });
    await world.advance('10m');
    expect(seen.filter((line) => line.endsWith(' a'))).toEqual([]);
    expect(seen.filter((line) => line.startsWith('made'))).toEqual(['made b', 'made c']);
    const told = world.factsOf('object-failed').filter(({ object }) => object.name === 'a');
    expect(told.map(({ error }) => error.code)).toContain('KOPF_TOO_DEEP');
    // Looked at again, but ever more seldom.
    expect(told.length).toBeLessThan(60);
    await world.patch(A, { spec: { value: 'flat' } });
    await world.advance('10m');
    expect(seen.filter((line) => line.startsWith('made'))).toEqual(['made b', 'made c', 'made a']);
    await world.close();
  });
});

async function worldOf(deep: string) {
  const seen: string[] = [];
  const world = await createWorld(deep, (kopf) => {
    kopf.on.event('KopfExample', { id: 'ev' }, ({ name }) => void seen.push(`event ${name}`));
    kopf.on.create('KopfExample', { id: 'made' }, ({ patch, name }) => {
      seen.push(`made ${name}`);
      patch.status['ok'] = true;
    });
    kopf.on.update('KopfExample', { id: 'changed' }, ({ name }) => void seen.push(`changed ${name}`));
    kopf.index('KopfExample', { id: 'names' }, ({ name }) => ({ [name]: 1 }));
  });
  return { world, seen };
}
