import { createHash, createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { first, type SqlDatabase } from "@curfew/sql";
import { serviceQueries } from "../database/tables.js";

/** A token that the first registration needs where registration is closed: only the operator of the service can read it. */
export interface SetupToken {
  /** The token; null once there is an account. Throws `unavailable`. */
  current(): Promise<string | null>;
  /** Compares a text with the token in constant time. Throws `unavailable`. */
  matches(text: string): Promise<boolean>;
}

const TOKEN_BYTES = 16;

/**
 * Creates the setup token of a database: HMAC-SHA-256 of the database's identity, truncated to 128 bits, under a key derived
 * for it (HKDF, RFC 5869). Replicas with the same secret agree on it, and nothing of it is stored.
 *
 * @param secrets the token is made from the first one; those of the others match too
 */
export function createSetupToken(database: SqlDatabase, secrets: readonly Uint8Array[]): SetupToken {
  const queries = serviceQueries(database);
  const keys = secrets.map((secret) =>
    Buffer.from(hkdfSync("sha256", secret, "", "curfew setup token v1", 32)),
  );
  const readInstanceId = async (): Promise<string> => {
    const row = await database.read(() => first(queries.selectFrom("instance").select("id")));
    if (row === null) throw new Error("the database has no identity");
    return row.id;
  };
  return {
    async current() {
      const [key] = keys;
      if (key === undefined) throw new TypeError("secrets: at least one is required");
      const hasAccount = await database.read(() =>
        first(queries.selectFrom("first_account").select("place")),
      );
      return hasAccount === null ? tokenOf(key, await readInstanceId()) : null;
    },
    async matches(text) {
      const instanceId = await readInstanceId();
      return keys.filter((key) => areEqual(text, tokenOf(key, instanceId))).length > 0;
    },
  };
}

/** In hexadecimal, which a double click selects whole. */
const tokenOf = (key: Buffer, instanceId: string): string =>
  createHmac("sha256", key).update(instanceId).digest().subarray(0, TOKEN_BYTES).toString("hex");

/** Compares digests, which are of equal length and tell nothing by time. */
const areEqual = (left: string, right: string): boolean => timingSafeEqual(digestOf(left), digestOf(right));

const digestOf = (text: string): Buffer => createHash("sha256").update(text).digest();
