/** Undefined when the program can be built, else the reason in one line. Starts nothing. */
export function unavailableReason(env?: NodeJS.ProcessEnv): string | undefined;

/** The path of the program, built now if it is not there yet. Rejects with what Go said. */
export function ensureProbe(options?: { readonly env?: NodeJS.ProcessEnv; readonly log?: (line: string) => void }): Promise<string>;
