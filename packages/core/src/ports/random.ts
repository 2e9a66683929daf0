/** Chance: jitter, identities. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** RFC 9562 version 4. */
  uuid(): string;
}
