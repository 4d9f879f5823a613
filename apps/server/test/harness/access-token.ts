import { createPublicKey, type JsonWebKey, verify } from "node:crypto";
import type { ServiceAddress } from "./api-client.js";
import { send } from "./send.js";

export type Claims = Readonly<Record<string, string | number>>;

export interface PublishedKey extends JsonWebKey {
  readonly kid: string;
}

/** Decodes a JWT without verifying it. */
export function decodeToken(token: string): { header: Record<string, unknown>; claims: Claims } {
  const [header = "", claims = ""] = token.split(".");
  const read = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  return { header: read(header), claims: read(claims) };
}

/** A JWT with this header, these claims and this signature (empty by default). */
export function forgeToken(header: unknown, claims: unknown, signature = ""): string {
  const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString("base64url");
  return `${encode(header)}.${encode(claims)}.${signature}`;
}

export async function publishedKeys(service: ServiceAddress): Promise<readonly PublishedKey[]> {
  const response = await send(service, { path: "/.well-known/jwks.json" });
  if (response.status !== 200) throw new Error(`the key set answered ${response.status}`);
  return response.json<{ keys: PublishedKey[] }>().keys;
}

/** Verifies a token's signature with the published keys (RFC 9068 §4). */
export function isSignedBy(keys: readonly PublishedKey[], token: string): boolean {
  const [header = "", claims = "", signature = ""] = token.split(".");
  const key = keys.find(({ kid }) => kid === decodeToken(token).header["kid"]);
  if (key === undefined) return false;
  return verify(
    null,
    Buffer.from(`${header}.${claims}`),
    createPublicKey({ key, format: "jwk" }),
    Buffer.from(signature, "base64url"),
  );
}
