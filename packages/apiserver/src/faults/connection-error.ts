/**
 * A fault broke the connection. Without sockets this is what the client gets; over sockets it becomes the real thing. Recognise it by
 * `name === 'ConnectionError'`, or by its code like an error of Node.
 */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  /** `ECONNREFUSED`: the server read nothing. `ECONNRESET`: it may have carried out the request. */
  readonly code: 'ECONNREFUSED' | 'ECONNRESET';

  constructor(code: 'ECONNREFUSED' | 'ECONNRESET') {
    super(code === 'ECONNREFUSED' ? 'the connection was refused' : 'the connection was reset');
    this.code = code;
  }
}

export function isConnectionError(error: unknown): error is ConnectionError {
  return error instanceof Error && error.name === 'ConnectionError';
}
