/** The path of the program, built now if it is not there yet. Rejects with what Go said. */
export function ensureCheck(options?: { readonly env?: NodeJS.ProcessEnv; readonly log?: (line: string) => void }): Promise<string>;
