/** The encodings that a file is kept in beside its own, the one we would rather send first (RFC 9110 §8.4.1). */
export const ENCODINGS = ["br", "gzip"] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** A file as it is served: read once, with what it was compressed to when the app was built. */
export interface WebFile {
  readonly contentType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly encoded: Readonly<Partial<Record<Encoding, Uint8Array<ArrayBuffer>>>>;
}

/** The built web app. */
export interface WebApp {
  readonly index: WebFile;
  /** By their name below `/assets/`, which holds a hash of what is in it. */
  readonly assets: ReadonlyMap<string, WebFile>;
}
