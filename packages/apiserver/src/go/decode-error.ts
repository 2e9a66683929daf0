/** A value has the wrong type; the message is the one of Go's decoder. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}
