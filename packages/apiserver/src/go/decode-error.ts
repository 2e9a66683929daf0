/** A value has the wrong type; the message is the one of Go's decoder. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  /** It ends the decoding; after others Go's decoder goes on and reports the first. */
  readonly isFinal: boolean;

  constructor(message: string, { isFinal = false } = {}) {
    super(message);
    this.isFinal = isFinal;
  }
}
