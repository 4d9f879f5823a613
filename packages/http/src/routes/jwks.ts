import { z } from "zod";
import type { Http } from "../http.js";
import { defineRoute } from "../route/define.js";

/** How long a verifier may cache the keys. */
const MAX_AGE_SECONDS = 300;

const jwksSchema = z
  .object({
    keys: z.array(
      z.object({
        kty: z.literal("OKP"),
        crv: z.literal("Ed25519"),
        x: z.string(),
        kid: z.string(),
        alg: z.literal("EdDSA"),
        use: z.literal("sig"),
      }),
    ),
  })
  .meta({ id: "JsonWebKeySet" });

/** `GET /.well-known/jwks.json` (RFC 7517 §5): one key for each secret, so that secrets can be rotated. */
export const jwksRoute = (http: Http) =>
  defineRoute({
    method: "GET",
    path: "/.well-known/jwks.json",
    operationId: "getKeys",
    summary: "Read the public keys of access tokens",
    tags: ["Keys"],
    auth: "none",
    responses: {
      200: { description: "The keys", schema: jwksSchema, contentType: "application/jwk-set+json" },
    },
    handler: () => ({
      status: 200,
      body: http.curfew.jwks,
      headers: {
        "Content-Type": "application/jwk-set+json",
        "Cache-Control": `public, max-age=${MAX_AGE_SECONDS}`,
      },
    }),
  });
