import { z } from "zod";
import type { Http } from "../http.js";
import { defineRoute } from "../route/define.js";

/** As long as a verifier may hold on to the keys, in seconds. */
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

/** `GET /.well-known/jwks.json` (RFC 7517 §5): of every secret, so that tokens verify while secrets roll. */
export const jwksRoute = (http: Http) =>
  defineRoute({
    method: "GET",
    path: "/.well-known/jwks.json",
    operationId: "getKeys",
    summary: "The keys that access tokens verify with",
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
