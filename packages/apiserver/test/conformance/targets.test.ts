import { describe, expect, it } from 'vitest';
import type { Wire } from './run-case.js';
import { onceCached, onceStarted } from './targets.js';

/** Answers with these, one after the other; the last again and again. */
function answering(...answers: { status: number; text: string }[]): { wire: Wire; asked: () => number } {
  let asked = 0;
  const wire: Wire = async () => {
    const { status, text } = answers[Math.min(asked, answers.length - 1)] ?? { status: 0, text: '' };
    asked += 1;
    const chunks = async function* (): AsyncIterable<Uint8Array> {
      yield Buffer.from(text.slice(0, 5));
      yield Buffer.from(text.slice(5));
    };
    return { status, headers: {}, chunks: chunks() };
  };
  return { wire, asked: () => asked };
}

async function asked(wire: Wire): Promise<string> {
  const { status, chunks } = await wire({ method: 'GET', path: '/', headers: {}, body: undefined });
  let text = `${status} `;
  for await (const chunk of chunks) text += Buffer.from(chunk).toString('utf8');
  return text;
}

describe('a request to a real server whose cache of a kind is starting', () => {
  it('is sent again until the server has looked at it', async () => {
    const { wire, asked: count } = answering(
      { status: 429, text: 'storage is (re)initializing' },
      { status: 429, text: 'storage is (re)initializing' },
      { status: 404, text: 'not found' },
    );
    expect(await asked(onceStarted(wire))).toBe('404 not found');
    expect(count()).toBe(3);
  });

  it('is not sent again when there are too many requests for another reason', async () => {
    const { wire, asked: count } = answering({ status: 429, text: 'too many requests' }, { status: 200, text: '' });
    expect(await asked(onceStarted(wire))).toBe('429 too many requests');
    expect(count()).toBe(1);
  });
});

it('a real server is asked for what was written to an object last before it is changed again, so that its cache has it', async () => {
  const paths: string[] = [];
  const wire: Wire = async ({ method, path, headers }) => {
    paths.push(`${method} ${path} ${Object.keys(headers).join()}`);
    const chunks = async function* (): AsyncIterable<Uint8Array> {
      yield Buffer.from(JSON.stringify({ metadata: { name: 'a', resourceVersion: String(paths.length) } }));
    };
    return { status: 200, headers: {}, chunks: chunks() };
  };
  const cached = onceCached(wire);
  const send = (method: string, path: string) =>
    cached({ method, path, headers: { authorization: 'x', 'content-type': 'y' }, body: method === 'GET' ? undefined : '{}' });
  await send('POST', '/things?dryRun=');
  await send('PATCH', '/things/a/status?x=1');
  await send('GET', '/things/a');
  await send('PUT', '/things/b');
  expect(paths).toEqual([
    'POST /things?dryRun= authorization,content-type',
    'GET /things/a?resourceVersion=1 authorization',
    'PATCH /things/a/status?x=1 authorization,content-type',
    'GET /things/a authorization,content-type',
    'PUT /things/b authorization,content-type',
  ]);
});
