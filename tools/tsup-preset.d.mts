import type { Options } from 'tsup';

/** The one way we build packages: entry name to source file, by default the index alone. */
export function preset(entry?: Readonly<Record<string, string>>): Options;
