/** Bytes that arrive now and are read later; one reader. */
export interface ByteQueue {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** `taken` is called when the reader is done with it and comes for more, if it ever does. */
  push(chunk: Uint8Array, taken?: () => void): void;
  /** No more will come; what is there can still be read. */
  end(): void;
  /** The connection broke; what is there can still be read. */
  fail(error: unknown): void;
}

/** Creates an empty queue; `onReturn` is called when the reader leaves early. */
export function createByteQueue(onReturn: () => void): ByteQueue {
  const waiting: { readonly chunk: Uint8Array; readonly taken: (() => void) | undefined }[] = [];
  let ending: { readonly error?: unknown; readonly failed: boolean } | undefined;
  let wake: (() => void) | undefined;
  const tell = () => {
    wake?.();
    wake = undefined;
  };
  const finish = (how: { readonly error?: unknown; readonly failed: boolean }) => {
    ending ??= how;
    tell();
  };
  async function* read(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) {
        const next = waiting.shift();
        if (next !== undefined) {
          yield next.chunk;
          next.taken?.();
        } else if (ending?.failed === true) throw ending.error;
        else if (ending !== undefined) return;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } finally {
      onReturn();
    }
  }
  return {
    chunks: { [Symbol.asyncIterator]: read },
    push: (chunk, taken) => {
      if (ending !== undefined) return;
      waiting.push({ chunk, taken });
      tell();
    },
    end: () => finish({ failed: false }),
    fail: (error) => finish({ failed: true, error }),
  };
}
