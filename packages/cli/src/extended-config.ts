// What a file with a configuration says beside itself: what it extends, and its profiles.
import { nearestName, type PartialConfig } from '@kopfts/core';
import type { ConfigLayer } from './config-layers.js';
import { ConfigBrokenError } from './errors.js';
import { isFileReference, type ProjectFiles } from './project-files.js';

/** A configuration taken apart. */
export interface LayersOfFile {
  /** References to files or modules, the first one lowest. */
  readonly extended: readonly string[];
  /** Itself, then the profile that is asked for, if it has that. */
  readonly own: readonly ConfigLayer[];
  /** The names of all its profiles. */
  readonly profiles: readonly string[];
  /** Its profiles that are not asked for. */
  readonly others: readonly ConfigLayer[];
}

/** @throws ConfigBrokenError for references that are no texts, and for profiles that are no mappings. */
export function layersIn(config: object, name: string, profile: string | undefined): LayersOfFile {
  const { extends: below, profiles, ...own } = config as { extends?: unknown; profiles?: unknown } & PartialConfig;
  const layers: ConfigLayer[] = [{ source: name, config: own }];
  const known = profilesOf(profiles, name);
  const others: ConfigLayer[] = [];
  for (const [one, change] of Object.entries(known)) {
    const layer = { source: `profile '${one}' of ${name}`, config: change };
    (one === profile ? layers : others).push(layer);
  }
  return { extended: referencesIn(below, name), own: layers, profiles: Object.keys(known), others };
}

function referencesIn(below: unknown, name: string): readonly string[] {
  const references: readonly unknown[] = below === undefined ? [] : Array.isArray(below) ? below : [below];
  return references.map((reference) => {
    if (typeof reference === 'string' && reference !== '') return reference;
    throw new ConfigBrokenError(`'extends' of ${name} has ${JSON.stringify(reference)}, but it must name files.`, {
      remedy: `Write it as extends: './kopf.base.js'.`,
    });
  });
}

function profilesOf(profiles: unknown, name: string): Readonly<Record<string, PartialConfig>> {
  if (profiles === undefined) return {};
  if (!isMapping(profiles)) {
    throw new ConfigBrokenError(`'profiles' of ${name} is no mapping.`, { remedy: 'Write it as profiles: { production: { … } }.' });
  }
  const wrong = Object.keys(profiles).find((profile) => !isMapping(profiles[profile]));
  if (wrong === undefined) return profiles as Readonly<Record<string, PartialConfig>>;
  throw new ConfigBrokenError(`The profile '${wrong}' of ${name} is no configuration.`, { remedy: 'Write it as an object.' });
}

/** @throws ConfigBrokenError if none of the files has the profile that is asked for. */
export function checkProfile(profile: string | undefined, known: readonly string[], name: string): void {
  if (profile === undefined || known.includes(profile)) return;
  const nearest = nearestName(profile, known);
  throw new ConfigBrokenError(`${name} has no profile '${profile}'${nearest === undefined ? '.' : `; did you mean '${nearest}'?`}`, {
    remedy: known.length === 0 ? 'It has none: leave --profile and KOPF_PROFILE out.' : `It has ${known.join(', ')}.`,
  });
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The file of a reference: beside the one that has it, or a module of a package. @throws ConfigBrokenError if there is none. */
export async function fileOfExtended(reference: string, from: string, { files, name }: ExtendedLookup): Promise<string> {
  const file = await files.extended(reference, from);
  if (file !== undefined) return file;
  throw new ConfigBrokenError(`${name} extends '${reference}', which does not exist.`, {
    remedy: isFileReference(reference) ? 'Correct its name.' : `Install the package, or write './${reference}' for a file.`,
  });
}

interface ExtendedLookup {
  readonly files: ProjectFiles;
  /** Of the file that extends, for people. */
  readonly name: string;
}
