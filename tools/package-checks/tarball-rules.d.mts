import type { Packed } from './pack.mjs';

export function tarballComplaints(packed: Pick<Packed, 'manifest' | 'files'>): string[];
