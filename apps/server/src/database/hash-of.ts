import { createHash } from "node:crypto";

/** SHA-256 in base64url: of a fixed length, however long the text, and without an e-mail or an address in it. */
export const hashOf = (text: string): string => createHash("sha256").update(text).digest("base64url");
