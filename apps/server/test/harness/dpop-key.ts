import { createHash, type KeyObject, randomUUID, sign } from "node:crypto";
import { newKeyPair } from "../../../../packages/http/test/support/key-pair.js";

export interface ProofInput {
  readonly method: string;
  /** The URL that the proof is for, without query (RFC 9449 §4.2). */
  readonly url: string;
  readonly nonce?: string;
  /** Overrides the members of a valid proof; undefined removes a member. */
  readonly header?: Readonly<Record<string, unknown>>;
  readonly payload?: Readonly<Record<string, unknown>>;
}

/** A client's key pair, which creates valid and invalid DPoP proofs (RFC 9449 §4.2). */
export class DpopKey {
  readonly #algorithm: "ES256" | "EdDSA";
  readonly #privateKey: KeyObject;
  readonly publicJwk: Readonly<Record<string, unknown>>;
  readonly privateJwk: Readonly<Record<string, unknown>>;

  constructor(algorithm: "ES256" | "EdDSA" = "ES256") {
    this.#algorithm = algorithm;
    const pair = newKeyPair(algorithm === "ES256" ? "P-256" : "Ed25519");
    this.#privateKey = pair.privateKey;
    this.publicJwk = { ...pair.publicKey.export({ format: "jwk" }) };
    this.privateJwk = { ...pair.privateKey.export({ format: "jwk" }) };
  }

  proof(input: ProofInput): string {
    const header = { typ: "dpop+jwt", alg: this.#algorithm, jwk: this.publicJwk, ...input.header };
    const payload = {
      jti: randomUUID(),
      htm: input.method,
      htu: input.url,
      iat: Math.floor(Date.now() / 1000),
      ...(input.nonce === undefined ? {} : { nonce: input.nonce }),
      ...input.payload,
    };
    const signed = `${encode(header)}.${encode(payload)}`;
    return `${signed}.${this.#sign(signed).toString("base64url")}`;
  }

  /** The RFC 7638 thumbprint. */
  thumbprint(): string {
    const members = this.#algorithm === "ES256" ? ["crv", "kty", "x", "y"] : ["crv", "kty", "x"];
    const canonical = JSON.stringify(Object.fromEntries(members.map((name) => [name, this.publicJwk[name]])));
    return createHash("sha256").update(canonical).digest("base64url");
  }

  #sign(text: string): Buffer {
    return this.#algorithm === "ES256"
      ? sign("sha256", Buffer.from(text), { key: this.#privateKey, dsaEncoding: "ieee-p1363" })
      : sign(null, Buffer.from(text), this.#privateKey);
  }
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
