export class ToolchainsUnavailableError extends Error {}
export interface Toolchains {
  readonly nodes: readonly { readonly version: string; readonly bin: string }[];
  readonly compilers: readonly { readonly version: string; readonly tsc: string }[];
}
export function hasNodePackages(machine?: { readonly platform: string; readonly arch: string }): boolean;
export function ensureToolchains(options?: {
  readonly env?: NodeJS.ProcessEnv;
  readonly log?: (line: string) => void;
}): Promise<Toolchains>;
