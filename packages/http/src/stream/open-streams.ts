/** The streams that a server holds open, so that a graceful stop needs not wait for them. */
export interface OpenStreams {
  readonly size: number;
  /** Remembers how to close a stream; answers how to forget it. */
  add(close: () => void): () => void;
  closeAll(): void;
}

export function createOpenStreams(): OpenStreams {
  const open = new Set<() => void>();
  return {
    get size() {
      return open.size;
    },
    add(close) {
      open.add(close);
      return () => void open.delete(close);
    },
    closeAll() {
      for (const close of [...open]) close();
    },
  };
}
