// docs/configuration.md, as far as it is about what the command line puts together.
import { readFileSync } from 'node:fs';
import type { SettingUnit } from '@kopfts/core';
import { expect, it } from 'vitest';
import { KNOWN_SETTINGS, settingsOfEnvironment, settingVariable } from '../src/setting-text.js';

const page = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');

/** What the page says of texts, and texts that are so. */
const FORMS: Readonly<Record<SettingUnit, readonly [said: string, texts: Readonly<Record<string, unknown>>]>> = {
  count: ['`64`', { '64': 64 }],
  duration: ['`5`, `500ms`', { '5': 5, '500ms': '500ms' }],
  'duration or null': ['`5`, `500ms`, `null`', { '5': 5, null: null }],
  'duration or policy': ['`5`, `500ms`, a policy as JSON', { '5': 5, '{"initial":1}': { initial: 1 } }],
  durations: ['`1,2s,1m`', { '1,2s,1m': [1, '2s', '1m'] }],
  'true or false': ['`true`, `false` (or `1 yes on`, `0 no off`)', { true: true, on: true, '0': false, off: false }],
  selectors: ['JSON: `{"pods.v1":"team=a"}`', { '{"pods.v1":"team=a"}': { 'pods.v1': 'team=a' } }],
  text: ['as it is', { 'as it is': 'as it is' }],
  level: ['`debug`, `info`, `warn`, `error`', { info: 'info' }],
  function: ['none: in the configuration only', {}],
};

it('has a table of the variables of all settings, generated from the table in the code', () => {
  const [, section = ''] = /\n### The environment\n([\s\S]*?)\n### /.exec(page) ?? [];
  const rows = section
    .split('\n')
    .filter((line) => /^\| `[a-z]+\.[A-Za-z]+` /.test(line))
    .map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1),
    );
  const wanted = KNOWN_SETTINGS.map((setting) => [
    `\`${setting.path}\``,
    setting.unit === 'function' ? '—' : `\`${settingVariable(setting)}\``,
    FORMS[setting.unit][0],
  ]);
  expect(rows).toEqual(wanted);
});

it.each(KNOWN_SETTINGS)('takes of the variable of $path what the page says', (setting) => {
  for (const [text, value] of Object.entries(FORMS[setting.unit][1])) {
    const [{ settings } = { settings: {} }] = settingsOfEnvironment({ [settingVariable(setting)]: text });
    expect(settings).toEqual({ [setting.section]: { [setting.name]: value } });
  }
});
