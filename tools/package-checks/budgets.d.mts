import type { Packed } from './pack.mjs';

export interface Budget {
  readonly packedKB: number;
  readonly unpackedKB: number;
  readonly entries: Readonly<Record<string, { readonly modules: number; readonly loadedKB: number }>>;
}
export function budgetComplaints(measured: Budget, budget: Budget | undefined): string[];
export function weighPackage(
  packed: Pick<Packed, 'tarball' | 'files'>,
  weights: Readonly<Record<string, { readonly modules: number; readonly bytes: number }>>,
): Budget;
