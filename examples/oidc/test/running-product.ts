import { generateKeyPairSync, randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { type CryptoKey, exportJWK, importPKCS8 } from "jose";
import { freePort } from "../../../scripts/network/free-port.js";
import { type RunningServer, runServer } from "../../support/run-server.js";
import { transpile } from "../../support/transpile.js";

const FOLDER = new URL("../", import.meta.url);
export const ROOT = fileURLToPath(FOLDER);

export const KEY_ID = "a key of the test";

export interface RunningProduct extends RunningServer {
  /** The provider's origin, which is another site than the product's. */
  readonly issuer: string;
  /** By which the provider signs its tokens, under `KEY_ID`. */
  readonly signingKey: CryptoKey;
}

/** Runs the product and its provider. Their clocks move ahead together. */
export async function runProduct(): Promise<RunningProduct> {
  await transpile(ROOT);
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  // Encoded: Node 20 may hang where a generated key itself is exported as a JWK.
  const { privateKey: pem } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const privateKey = await importPKCS8(pem, "RS256", { extractable: true });
  const signingKey = { ...(await exportJWK(privateKey)), kid: KEY_ID, alg: "RS256", use: "sig" };
  const shared = { CLIENT_SECRET: randomBytes(32).toString("hex") };
  const product = await runServer(FOLDER, ["dist/server.js"], { ...shared, ISSUER: issuer });
  const provider = await runServer(FOLDER, ["provider.js"], {
    ...shared,
    PORT: String(port),
    PRODUCT_URL: product.origin,
    SIGNING_KEY: JSON.stringify(signingKey),
  });
  return {
    ...product,
    issuer,
    signingKey: privateKey,
    errors: () => product.errors() + provider.errors(),
    async advance(ms) {
      await Promise.all([product.advance(ms), provider.advance(ms)]);
    },
    async stop() {
      await Promise.all([product.stop(), provider.stop()]);
    },
  };
}
