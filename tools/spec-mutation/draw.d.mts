import type { QuotingFile } from '../spec-ids.mjs';

export interface Candidate {
  readonly id: string;
  /** Files whose titles quote it, from the root. */
  readonly files: readonly string[];
}

export function drawable(quoting: readonly QuotingFile[]): readonly Candidate[];
export function draw(candidates: readonly Candidate[], options: { readonly seed: string; readonly count: number }): readonly Candidate[];
export function chance(seed: string, text: string): number;
export function quotes(name: string, id: string): boolean;
