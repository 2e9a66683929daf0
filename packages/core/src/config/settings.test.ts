import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DESCRIBED_SETTINGS, type SettingDescription } from './described-settings.js';
import { freezeSettings, mutableSettings, parseSettings, type SettingsInput } from './settings.js';

const described = Object.entries(DESCRIBED_SETTINGS as Record<string, Record<string, SettingDescription>>).flatMap(([section, settings]) =>
  Object.entries(settings).map(([name, description]) => ({ section, name, path: `${section}.${name}`, description })),
);
const failureOf = (input: unknown): { code: string; message: string } => {
  try {
    parseSettings(input as SettingsInput);
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error('nothing was thrown');
};

describe('the page of settings', () => {
  const page = readFileSync(new URL('../../../../docs/configuration.md', import.meta.url), 'utf8');
  const cells = (line: string): string[] =>
    line
      .split('|')
      .map((cell) => cell.trim())
      .slice(1, -1);
  const rows = page
    .slice(page.indexOf('\n## Settings\n'))
    .split('\n')
    .filter((line) => /^\| `[a-z]+\.[A-Za-z]+` /.test(line))
    .map(cells);

  it('has each of them once, in the order of the table in the code', () => {
    expect(rows.map(([name]) => name)).toEqual(described.map(({ path }) => `\`${path}\``));
  });

  it.each(described)('has unit, default and meaning of $path', ({ path, description }) => {
    const { unit, meaning, kopf } = description;
    const row = rows.find(([name]) => name === `\`${path}\``);
    expect(row).toEqual([`\`${path}\``, unit, defaultText(description), meaning, kopf === undefined ? '—' : `\`${kopf}\``]);
  });
});

/** A number of a duration is seconds. */
function defaultText({ shown, fallback, unit }: SettingDescription): string {
  const seconds = unit.startsWith('duration') ? ' s' : '';
  return shown ?? `${Array.isArray(fallback) ? fallback.join(', ') : String(fallback)}${seconds}`;
}

describe('the defaults', () => {
  it.each(described.filter(({ description }) => description.fallback !== undefined))(
    'of $path is the one of the table',
    ({ section, name, description }) => {
      expect(parseSettings({ [section]: { [name]: description.fallback } })).toEqual(parseSettings({}));
    },
  );

  it('[CF-01, CF-30, CF-32] of the end and of the workers are those of Kopf', () => {
    const { process, queueing } = parseSettings();
    expect(process.ultimateExitingTimeoutMs).toBe(600_000);
    expect(queueing.workerLimit).toBe(Number.POSITIVE_INFINITY);
    expect(queueing.exitTimeoutMs).toBe(2000);
    expect(parseSettings({ process: { ultimateExitingTimeout: null } }).process.ultimateExitingTimeoutMs).toBeUndefined();
  });

  it('[CF-02, CF-03, CF-04] of posting are those of Kopf', () => {
    expect(parseSettings().posting).toMatchObject({ enabled: true, loggers: false, level: 'info' });
  });

  it('[CF-06, CF-40] of who posts and of scanning are those of Kopf', () => {
    const { posting, scanning } = parseSettings();
    expect([posting.reportingInstance, posting.eventNamePrefix, scanning.disabled]).toEqual(['dev', 'kopf-event-', false]);
  });
});

describe('wrong settings', () => {
  it.each<[unknown, string, string]>([
    [null, 'KOPF_INVALID_OPTION', 'settings is null'],
    [[], 'KOPF_INVALID_OPTION', 'settings is []'],
    [{ queueing: 5 }, 'KOPF_INVALID_OPTION', 'settings.queueing is 5'],
    [{ posting: [] }, 'KOPF_INVALID_OPTION', 'settings.posting is []'],
    [{ probng: {} }, 'KOPF_UNKNOWN_OPTION', "did you mean 'probing'?"],
    [{ batching: {} }, 'KOPF_UNKNOWN_OPTION', "settings has no option 'batching'"],
    [{ process: { ultimateExitTimeout: 1 } }, 'KOPF_UNKNOWN_OPTION', "did you mean 'ultimateExitingTimeout'?"],
    [{ process: { ultimateExitingTimeout: 'soon' } }, 'KOPF_INVALID_OPTION', 'settings.process.ultimateExitingTimeout is "soon"'],
    [{ probing: { maxAge: -1 } }, 'KOPF_INVALID_OPTION', 'settings.probing.maxAge is -1'],
    [{ scanning: { disabled: 'no' } }, 'KOPF_INVALID_OPTION', 'settings.scanning.disabled is "no"'],
    [{ queueing: { errorDelays: '1s' } }, 'KOPF_INVALID_OPTION', 'settings.queueing.errorDelays is "1s"'],
    [{ posting: { defaultBackoffs: 5 } }, 'KOPF_INVALID_OPTION', 'settings.posting.defaultBackoffs is 5'],
    [{ posting: { loggingBackoffs: [1, 'x'] } }, 'KOPF_INVALID_OPTION', 'settings.posting.loggingBackoffs[1] is "x"'],
    [{ queueing: { workerLimit: Number.NaN } }, 'KOPF_INVALID_OPTION', 'settings.queueing.workerLimit is NaN,'],
    [{ queueing: { exitTimeout: Number.POSITIVE_INFINITY } }, 'KOPF_INVALID_OPTION', 'settings.queueing.exitTimeout is Infinity,'],
    [{ queueing: { exitTimeout: [Number.NaN] } }, 'KOPF_INVALID_OPTION', 'settings.queueing.exitTimeout is ["NaN"],'],
    [{ posting: { reportingInstance: '' } }, 'KOPF_INVALID_OPTION', 'settings.posting.reportingInstance is ""'],
  ])('%j are refused with %s, saying where', (input, code, part) => {
    const failure = failureOf(input);
    expect([failure.code, failure.message]).toEqual([code, expect.stringContaining(part)]);
  });
});

it('tells all wrong settings at once, in the order of the table, each as it would be told alone', () => {
  const failure = failureOf({
    probng: {},
    scanning: 5,
    queueing: { workerlimit: 1, workerLimit: 0, eventLimit: 0, errorDelays: ['x', 1, 'y'] },
    execution: { defaultBackoff: { initial: 'x', factor: 0, jitter: 2, max: 1 } },
    watching: { labelSelectors: { pods: 1, jobs: 2 } },
  });
  expect(failure.code).toBe('KOPF_INVALID_CONFIG');
  const told = failure.message.split(/ \(\d+\) /).map((one) => one.split(/, but|; did/)[0]);
  expect(told).toEqual([
    'There are 13 mistakes:',
    "settings has no option 'probng'",
    "settings.queueing has no option 'workerlimit'",
    'settings.scanning is 5',
    'settings.queueing.workerLimit is 0',
    'settings.queueing.eventLimit is 0',
    'settings.queueing.errorDelays[0] is "x"',
    'settings.queueing.errorDelays[2] is "y"',
    "settings.execution.defaultBackoff has no option 'max'",
    '\'initial\' of settings.execution.defaultBackoff is "x"',
    "'factor' of settings.execution.defaultBackoff is 0",
    "'jitter' of settings.execution.defaultBackoff is 2",
    "settings.watching.labelSelectors['pods'] is 1",
    "settings.watching.labelSelectors['jobs'] is 2",
  ]);
});

describe('settings of startup handlers', () => {
  it('have all sections, are a copy of those of the configuration, and can be changed until they are frozen', () => {
    const given: SettingsInput = { queueing: { workerLimit: 3 } };
    const settings = mutableSettings(given);
    expect(Object.keys(settings)).toEqual(Object.keys(DESCRIBED_SETTINGS));
    settings.queueing.workerLimit = 5;
    settings.probing.maxAge = '1m';
    expect([given.queueing?.workerLimit, parseSettings(settings).queueing.workerLimit]).toEqual([3, 5]);
    expect(parseSettings(settings).probing.maxAgeMs).toBe(60_000);
    const frozen = freezeSettings(settings);
    for (const section of [frozen, ...Object.values(frozen)]) expect(Object.isFrozen(section)).toBe(true);
  });
});
