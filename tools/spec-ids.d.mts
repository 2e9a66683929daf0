export interface QuotingFile {
  readonly file: string;
  /** Per title that quotes any, the ids. */
  readonly titles: readonly (readonly string[])[];
}

/** All test files of a work tree (default: this one) with what their titles quote; paths from its root, with slashes. */
export function quotingFiles(root?: string): readonly QuotingFile[];
export function definedIds(text: string): readonly string[];
export function quotedIds(text: string): readonly (readonly string[])[];
export function judge(input: {
  readonly files: readonly QuotingFile[];
  readonly known: readonly string[];
  readonly covered: readonly string[];
}): {
  readonly quoted: readonly string[];
  readonly failed: readonly string[];
};
export function checkSpecIds(): { readonly passed?: number; readonly failed?: readonly string[] };
