export interface ReleasedManifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly publishConfig?: { readonly access?: string; readonly provenance?: boolean };
  readonly repository?: { readonly url?: string };
}

export function judgeRelease(release: {
  readonly manifests: readonly ReleasedManifest[];
  readonly published: Readonly<Record<string, { readonly version: string; readonly files: readonly { readonly path: string }[] }>>;
  readonly version: string;
  readonly repository: string;
}): readonly string[];
