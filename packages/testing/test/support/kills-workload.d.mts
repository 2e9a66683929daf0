import type { Registry } from '@kopfts/core';
import type { CustomKind } from '@kopfts/testing';

export const NAME: string;
export const KIND: CustomKind;
export const SELECTOR: string;
export const RETRY_DELAY_MS: number;
export function declareWorkload(kopf: Registry, work?: (signal: AbortSignal) => Promise<unknown>): void;
