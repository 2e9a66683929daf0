import type { Registry } from '@kopfts/core';
import type { CustomKind } from '@kopfts/testing';

export const NAME: string;
export const KIND: CustomKind;
export const PLURAL: string;
export const NAMESPACES: readonly string[];
export const RETRY_DELAY_MS: number;
export function declareWorkload(kopf: Registry, work?: (signal: AbortSignal) => Promise<unknown>): void;
