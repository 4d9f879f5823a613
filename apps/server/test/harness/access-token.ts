import { createPublicKey, type JsonWebKey, verify } from "node:crypto";
import { send } from "./send.js";
import type { Reachable } from "./visitor.js";

export type Claims = Readonly<Record<string, string | number>>;

export interface PublishedKey extends JsonWebKey {
  readonly kid: string;
}

/** The parts of a JWT, read and not checked. */
export function readToken(token: string): { header: Record<string, unknown>; claims: Claims } {
  const [header = "", claims = ""] = token.split(".");
  const read = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  return { header: read(header), claims: read(claims) };
}

/** A token with this header and these claims, and the signature given (none unless told). */
export function forgeToken(header: unknown, claims: unknown, signature = ""): string {
  const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString("base64url");
  return `${encode(header)}.${encode(claims)}.${signature}`;
}

export async function publishedKeys(service: Reachable): Promise<readonly PublishedKey[]> {
  const answer = await send(service, { path: "/.well-known/jwks.json" });
  if (answer.status !== 200) throw new Error(`the key set answered ${answer.status}`);
  return answer.as<{ keys: PublishedKey[] }>().keys;
}

/** Verifies a token offline, as any holder of the published keys can (RFC 9068 §4). */
export function isSignedBy(keys: readonly PublishedKey[], token: string): boolean {
  const [header = "", claims = "", signature = ""] = token.split(".");
  const key = keys.find(({ kid }) => kid === readToken(token).header["kid"]);
  if (key === undefined) return false;
  return verify(
    null,
    Buffer.from(`${header}.${claims}`),
    createPublicKey({ key, format: "jwk" }),
    Buffer.from(signature, "base64url"),
  );
}
