export type Flavour = 'typescript' | 'modules' | 'commonjs';
export const flavours: readonly Flavour[];
export function projectFiles(
  flavour: Flavour,
  from: { readonly read: (name: string) => string; readonly typings: Readonly<Record<string, string>> },
): Record<string, string>;
export function asCommonJs(module: string): string;
