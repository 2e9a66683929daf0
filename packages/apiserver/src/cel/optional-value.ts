/** An optional value of the CEL library. */
export interface OptionalValue {
  hasValue(): boolean;
  value(): unknown;
}

export function isOptional(value: unknown): value is OptionalValue {
  return typeof value === 'object' && value !== null && 'hasValue' in value && typeof value.hasValue === 'function';
}
