import { isUuid } from "@curfew/core";

/** The longest id of a host's user or account that the engine takes. */
export const HOST_ID_LENGTH_MAX = 255;

/** Reads an id that a client sent; null for text that can't be one. */
export type ReadId = (text: string) => string | null;

/** Reads a UUID in any case (RFC 9562 §4), and returns it in lower case. */
export const readUuid: ReadId = (text) => {
  const id = text.toLowerCase();
  return isUuid(id) ? id : null;
};

/** Reads an id that the host chose: any text that a database can store. */
export const readHostId: ReadId = (text) =>
  text === "" || text.length > HOST_ID_LENGTH_MAX || isUnstorable(text) ? null : text;

/** NUL and lone surrogates, which a database can't store as text. */
const UNSTORABLE = /\0|\p{Surrogate}/u;

export const isUnstorable = (value: unknown): boolean => typeof value === "string" && UNSTORABLE.test(value);
