export function writeCompilation(folder: string, entries: readonly string[]): Promise<void>;
export function compileProject(folder: string, compiler: { readonly version: string; readonly tsc: string }): Promise<string[]>;
export function ownDiagnostics(output: string): string[];
