export interface QuotingFile {
  readonly file: string;
  /** Per title that quotes any, the ids. */
  readonly titles: readonly (readonly string[])[];
}

/** The same with the titles themselves. */
export interface QuotingTitles extends QuotingFile {
  readonly quotes: readonly Quote[];
}

/** One title: the ids that it begins with, and the rest of it as it stands in the source. */
export interface Quote {
  readonly ids: readonly string[];
  readonly title: string;
}
export function quotes(text: string): readonly Quote[];

/** All test files of a work tree (default: this one) with what their titles quote; paths from its root, with slashes. */
export function quotingFiles(root?: string): readonly QuotingTitles[];
export function definedIds(text: string): readonly string[];
export function quotedIds(text: string): readonly (readonly string[])[];
/** The rows of a text in the form of docs/migrating-from-kopf.md, each with its ids, and the rows whose first cell is something else. */
export interface Deviations {
  readonly rows: readonly (readonly string[])[];
  readonly wrong: readonly string[];
}
export function deviations(text: string): Deviations;
export function listedDeviations(root?: string): Deviations;
export interface Judged {
  readonly quoted: readonly string[];
  readonly deviating: readonly string[];
  /** Either of them. */
  readonly covered: readonly string[];
  readonly failed: readonly string[];
}
export function judge(input: {
  readonly files: readonly QuotingFile[];
  readonly known: readonly string[];
  readonly covered: readonly string[];
  readonly listed?: Deviations;
}): Judged;
export function summary(judged: Omit<Judged, 'failed'>, known: readonly string[]): string;
export function checkSpecIds(): { readonly passed?: number; readonly failed?: readonly string[] };
