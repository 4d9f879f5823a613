import { expect, test } from "vitest";
import { jsonOf } from "./support/responses.js";
import { openTestServer } from "./support/test-server.js";

test("the public keys are published, and may be cached for five minutes", async () => {
  const server = await openTestServer();
  const response = await server.call("GET", "/.well-known/jwks.json");
  expect(response.headers.get("content-type")).toBe("application/jwk-set+json");
  expect(response.headers.get("cache-control")).toBe("public, max-age=300");
  expect(await jsonOf(response)).toEqual({
    keys: [
      {
        kty: "OKP",
        crv: "Ed25519",
        alg: "EdDSA",
        use: "sig",
        x: expect.stringMatching(/^[\w-]{43}$/),
        kid: expect.any(String),
      },
    ],
  });
});
