export interface CachedFolder {
  readonly kind: string;
  readonly hash: string;
  readonly marker: string;
  readonly fill: (folder: string) => Promise<unknown>;
}
export function cachedFolder(what: CachedFolder, env?: NodeJS.ProcessEnv): Promise<{ readonly folder: string; readonly filled: boolean }>;
