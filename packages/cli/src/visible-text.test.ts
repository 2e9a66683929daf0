import { describe, expect, it } from 'vitest';
import type { Fact } from '@kopfts/core';
import { formatLine } from './log-format.js';
import { table } from './output.js';
import { errorReport } from './report-error.js';
import { textLog } from './text-log.js';
import { visibleText } from './visible-text.js';

const HOSTILE = 'one\n[2026-01-01 00:00:00,000] kopf.operator [INFO] forged\r\u001b[2J\u009b2J\u2028end';
const SHOWN = 'one\\n[2026-01-01 00:00:00,000] kopf.operator [INFO] forged\\r\\u001b[2J\\u009b2J\\u2028end';
const options = { color: false, stacks: false } as const;
const line = { level: 'info', message: HOSTILE, at: 0, fields: { field: HOSTILE } } as const;
const HIDDEN = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029]/;

describe('what others say', () => {
  it.each(['full', 'plain'] as const)('[N5, SEC16] is one line that commands no terminal, in %s', (format) => {
    const text = formatLine(line, { ...options, format });
    expect(text.slice(0, -1)).not.toMatch(HIDDEN);
    expect(text).toContain(`${SHOWN} field=${SHOWN}\n`);
  });

  it('[N5, SEC16] is one line in JSON, too, and read back as it was', () => {
    const text = formatLine(line, { ...options, format: 'json' });
    expect(text.slice(0, -1)).not.toMatch(HIDDEN);
    expect(JSON.parse(text)).toMatchObject({ message: HOSTILE, field: HOSTILE });
  });

  it('[N5, SEC16] is one line in errors and in tables', () => {
    expect(errorReport(new Error(HOSTILE), { verbose: false, json: false, at: 0 }).slice(0, -1)).not.toMatch(HIDDEN);
    expect(table([[HOSTILE, 'x']])).toEqual([`${SHOWN}  x`]);
  });

  it('keeps letters of all scripts, and tabs', () => {
    expect(visibleText('Grüße, 世界\t🙂')).toBe('Grüße, 世界\t🙂');
  });
});

describe('textLog', () => {
  const fact: Fact = { kind: 'logged', level: 'info', message: 'hello', fields: {}, at: 0 };
  const resource = {
    group: 'kopf.dev',
    version: 'v1',
    plural: 'kopfexamples',
    kind: 'KopfExample',
    singular: 'kopfexample',
    shortNames: [],
    categories: [],
    subresources: [],
    namespaced: true,
    preferred: true,
    verbs: [],
  };
  const ofObject: Fact = { ...fact, object: { resource, name: 'one', namespace: 'default', uid: 'u' } };
  const said = (given: Parameters<typeof textLog>[0], ...facts: readonly Fact[]): string => {
    let text = '';
    const sink = textLog({ ...given, write: (more) => (text += more) });
    for (const one of facts) sink.accept(one);
    return text;
  };

  it('[LO-05, CL-02] is the log of the command line, as it is configured', () => {
    expect(said({ logFormat: 'plain' }, fact)).toBe('hello\n');
    expect(said({ logFormat: 'plain', quiet: true }, fact)).toBe('');
    const step: Fact = { kind: 'logged', level: 'debug', message: 'a step', fields: {}, at: 0 };
    expect([{}, { debug: true }, { verbose: true }].map((flags) => said({ logFormat: 'plain', ...flags }, step))).toEqual([
      '',
      'a step\n',
      'a step\n',
    ]);
    expect(said({ logFormat: 'plain' }, ofObject)).toBe('[default/one] hello\n');
    expect(said({ logFormat: 'plain', logPrefix: false }, ofObject)).toBe('hello\n');
    expect(JSON.parse(said({ logFormat: 'json', logRefkey: 'k8s', logPrefix: true }, ofObject))).toMatchObject({
      message: '[default/one] hello',
      k8s: { kind: 'KopfExample', name: 'one' },
    });
  });

  it('refuses a format that there is not', () => {
    expect(() => textLog({ logFormat: 'xml' as never })).toThrow('full, plain, json');
  });
});
