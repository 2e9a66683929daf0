export function isUnreachable(error: unknown): boolean;
export function npmFailure(error: unknown): string;
