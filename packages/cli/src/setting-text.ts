// Settings that come as text: `--set queueing.workerLimit=64`, `KOPF_SETTINGS_QUEUEING_WORKER_LIMIT=64`.
import { SETTINGS_TABLE, nearestName, type SettingUnit, type SettingsInput } from '@kopfts/core';
import { UsageError } from './errors.js';

/** One setting and what it is made of. */
export interface KnownSetting {
  readonly section: string;
  readonly name: string;
  /** `section.name`. */
  readonly path: string;
  readonly unit: SettingUnit;
  /** Where nobody says anything: the value, or words for it. */
  readonly fallback: unknown;
  readonly meaning: string;
}

/** All settings, in the order of their table. */
export const KNOWN_SETTINGS: readonly KnownSetting[] = Object.entries(SETTINGS_TABLE).flatMap(([section, settings]) =>
  Object.entries(settings).map(([name, description]) => ({
    section,
    name,
    path: `${section}.${name}`,
    unit: description.unit,
    fallback: description.shown ?? description.fallback,
    meaning: description.meaning,
  })),
);

const PREFIX = 'KOPF_SETTINGS_';
const YES = ['1', 'true', 'yes', 'on'];
const NO = ['0', 'false', 'no', 'off'];

/** The variable that sets a setting. */
export function settingVariable({ section, name }: Pick<KnownSetting, 'section' | 'name'>): string {
  return `${PREFIX}${constantCase(section)}_${constantCase(name)}`;
}

/** What an environment says, one entry per variable. @throws UsageError for a variable that is no setting's. */
export function settingsOfEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): readonly { readonly source: string; readonly settings: SettingsInput }[] {
  return Object.keys(environment)
    .filter((variable) => variable.startsWith(PREFIX))
    .sort()
    .flatMap((variable) => {
      const text = environment[variable];
      if (text === undefined) return [];
      const known = KNOWN_SETTINGS.find((setting) => settingVariable(setting) === variable);
      if (known === undefined) throw unknownSetting(`The environment's ${variable}`, variable, KNOWN_SETTINGS.map(settingVariable));
      return [{ source: `environment ${variable}`, settings: settingOf(known, text, variable) }];
    });
}

/** What `--set PATH=VALUE` says. @throws UsageError naming the path. */
export function settingOfFlag(assignment: string): SettingsInput {
  const [, path = '', text = ''] = /^([^=]*)=(.*)$/s.exec(assignment) ?? [];
  if (path === '') {
    throw new UsageError(`--set ${assignment} is no assignment.`, { remedy: 'Write it as --set queueing.workerLimit=64.' });
  }
  const wanted = path.replace(/^settings\./, '');
  const known = KNOWN_SETTINGS.find((setting) => setting.path === wanted);
  if (known === undefined)
    throw unknownSetting(
      `--set ${path}`,
      wanted,
      KNOWN_SETTINGS.map((setting) => setting.path),
    );
  return settingOf(known, text, `--set ${path}`);
}

function unknownSetting(where: string, wanted: string, known: readonly string[]): UsageError {
  const nearest = nearestName(wanted, known);
  return new UsageError(`${where} names no setting${nearest === undefined ? '.' : `; did you mean ${nearest}?`}`, {
    remedy: 'All settings: kopf config --explain.',
  });
}

function settingOf({ section, name, unit }: KnownSetting, text: string, where: string): SettingsInput {
  return { [section]: { [name]: valueOf(unit, text.trim(), where) } };
}

function valueOf(unit: SettingUnit, text: string, where: string): unknown {
  switch (unit) {
    case 'count':
      return /^\d+$/.test(text) ? Number(text) : text; // refused by the engine, with what is wanted
    case 'duration or null':
      return text === 'null' ? null : durationOf(text);
    case 'duration':
    case 'duration or policy':
      return text.startsWith('{') ? jsonOf(text, where) : durationOf(text);
    case 'durations':
      return text === '' ? [] : text.split(',').map((one) => durationOf(one.trim()));
    case 'true or false':
      return YES.includes(text.toLowerCase()) ? true : NO.includes(text.toLowerCase()) ? false : text;
    case 'selectors':
      return jsonOf(text, where);
    case 'text':
    case 'level':
      return text;
    case 'function':
      throw new UsageError(`${where} is a function, which text cannot be.`, { remedy: 'Set it in the configuration.' });
  }
}

/** A number is seconds. */
function durationOf(text: string): number | string {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function jsonOf(text: string, where: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new UsageError(`${where} is ${JSON.stringify(text)}, which is no JSON.`, { remedy: `Write it as '{"pods.v1": "team=a"}'.` });
  }
}

function constantCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
