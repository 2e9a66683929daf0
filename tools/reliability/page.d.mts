/** One test that quotes ids. */
export interface QuotingTest {
  /** From the root, with slashes. */
  readonly file: string;
  readonly ids: readonly string[];
  /** The rest of its title, as it stands in the source. */
  readonly title: string;
  /** Simulator, processes, real server, or one part by itself. */
  readonly kind: 'S' | 'P' | 'R' | 'U';
}

/** What the rows say; the tests are found by their titles. */
export interface Sentences {
  readonly groups: readonly { readonly title: string; readonly rows: readonly (readonly [id: string, sentence: string])[] }[];
  /** By strategy of the sweep: the scenarios that it injects. */
  readonly sweep: Readonly<Record<string, readonly string[]>>;
  readonly not_promised: readonly string[];
}

export interface PageInput {
  readonly sentences: Sentences;
  readonly tests: readonly QuotingTest[];
  /** That the sweep judges every history by. */
  readonly laws: ReadonlySet<string>;
  /** Suites that a long form runs, too. */
  readonly long: readonly { readonly name: string; readonly file: string }[];
}

export function shownTitle(title: string): string;
export function renderPage(input: PageInput): string;
