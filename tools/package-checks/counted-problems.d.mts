export function countedProblems<P extends { readonly kind: string; readonly resolutionKind?: string }>(problems: readonly P[]): P[];
