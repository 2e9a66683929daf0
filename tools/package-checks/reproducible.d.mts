import type { Packed } from './pack.mjs';

export function buildElsewhere(names: readonly string[], folder: string): Promise<Packed[]>;
export function buildOrder(needs: ReadonlyMap<string, readonly string[]>): string[];
export function differences(one: Pick<Packed, 'sha256' | 'files'>, other: Pick<Packed, 'sha256' | 'files'>): string[];
