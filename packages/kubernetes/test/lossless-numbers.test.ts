import { isJsonObject, stringifyJson, type Json, type SeenObject } from '@kopfts/core';
import { createManualClock, createSeededRandom } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { readListPage } from '../src/watch/list-page.js';
import { readWatchLine } from '../src/watch/watch-line.js';
import { sendWrite } from '../src/write.js';
import { EXAMPLES } from './support/sample-objects.js';
import { createScriptedTransport } from './support/scripted-transport.js';

const BIG = '9007199254740993';
const META = '"metadata":{"name":"a","namespace":"default","uid":"uid-a","resourceVersion":"90071992547409931"}';
const OBJECT = `{"apiVersion":"kopf.dev/v1","kind":"KopfExample",${META},"spec":{"n":${BIG}}}`;
const specOf = (object: SeenObject | undefined): string => {
  const spec = object?.body()['spec'];
  return isJsonObject(spec) ? stringifyJson(spec) : 'nothing';
};

describe('numbers that JavaScript would round', () => {
  it.each([
    { what: 'as the server writes it', line: `{"type":"MODIFIED","object":${OBJECT}}` },
    { what: 'written otherwise', line: `{ "object": ${OBJECT}, "type": "MODIFIED" }` },
  ])('[ST-46] keep their digits in the line of a watch, $what', ({ line }) => {
    const read = readWatchLine(Buffer.from(line), '/watch');
    expect(read.kind === 'change' && specOf(read.object)).toBe(`{"n":${BIG}}`);
  });

  it('[ST-46] keep their digits in a list', () => {
    const page = readListPage(Buffer.from(`{"kind":"List","metadata":{"resourceVersion":"7"},"items":[${OBJECT}]}`), EXAMPLES, '/list');
    expect(specOf(page.objects[0])).toBe(`{"n":${BIG}}`);
  });

  const ports = () => {
    const transport = createScriptedTransport();
    return { transport, ports: { transport, clock: createManualClock(), random: createSeededRandom(1), fieldManager: 'test' } };
  };
  const ref = { resource: EXAMPLES, namespace: 'default', name: 'a', uid: 'uid-a' };
  const answered = (readListPage(Buffer.from(`{"metadata":{"resourceVersion":"7"},"items":[${OBJECT}]}`), EXAMPLES, '/list').objects[0] as SeenObject).body();

  it('[ST-46] keep their digits in what is sent', async () => {
    const { transport, ports: own } = ports();
    const patch = { spec: answered['spec'] as Json };
    const written = sendWrite({ kind: 'merge', ref, patch }, own, new AbortController().signal);
    const request = await transport.next();
    expect(request.body).toBe(`{"spec":{"n":${BIG}}}`);
    request.reply(200, { ...answered });
    await written;
  });

  it('go out in tests with the escapes of the server, which compares texts', async () => {
    const { transport, ports: own } = ports();
    const operations = [{ op: 'test', path: '/spec/text', value: 'a<b>&\u2028\u2029é' }] as const;
    const written = sendWrite({ kind: 'json', ref, endpoint: 'main', operations }, own, new AbortController().signal);
    const request = await transport.next();
    expect(request.body).toBe('[{"op":"test","path":"/spec/text","value":"a\\u003cb\\u003e\\u0026\\u2028\\u2029é"}]');
    request.reply(200, { ...answered });
    await written;
  });
});
