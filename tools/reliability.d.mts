import type { PageInput, QuotingTest, Sentences } from './reliability/page.mjs';
import type { StepResult } from './run-steps.mjs';
import type { QuotingTitles } from './spec-ids.mjs';

export function quotingTests(files?: readonly QuotingTitles[]): readonly QuotingTest[];
export function kindOf(file: string): QuotingTest['kind'];
/** Ids of the laws that the sweep judges every history by, as the sources in this folder (default: the catalogue) declare them. */
export function sweptLaws(folder?: string): readonly string[];
export function makePage(input?: { readonly sentences?: Sentences; readonly tests?: PageInput['tests'] }): string;
export function judgePage(input: {
  /** As it is committed, and as it should be. */
  readonly page: string;
  readonly made: string;
  /** Of the rows. */
  readonly ids: readonly string[];
  /** Those that a test quotes. */
  readonly tested: ReadonlySet<string>;
  /** Those that must not be lost. */
  readonly covered: readonly string[];
}): readonly string[];
export function checkReliability(): StepResult;
