import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectProblem, expectStatus } from "../harness/expectations.js";
import { newOwner } from "../harness/people.js";
import { newDataDir, type Service, startService } from "../harness/service.js";
import { until } from "../harness/until.js";
import { Visitor } from "../harness/visitor.js";
import type { SignIn } from "../harness/wire.js";

/** Within this a revocation is in force on every replica (`sessions.md`). */
const EVERYWHERE_MS = 1000;

let directory = "";
let replicas: Service[] = [];
beforeAll(async () => {
  directory = await newDataDir();
  // At once, on an empty database, with nothing told but the database and the secret.
  replicas = await Promise.all([1, 2, 3].map(() => startService({}, directory)));
});
afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()));
  await rm(directory, { recursive: true, force: true });
});

const replica = (index: number): Service => {
  const found = replicas[index];
  if (found === undefined) throw new Error(`there is no replica ${index}`);
  return found;
};

/** A client that carries its own tokens, as the same person at another replica. */
const at = (index: number, bearer: string) => {
  const visitor = new Visitor(replica(index), { transport: "body" });
  return {
    session: () => visitor.get("/api/auth/session", { bearer }),
    revokeAll: () => visitor.post("/api/accounts/me/security/revoke-sessions", {}, { bearer }),
    refresh: (refreshToken: string) => visitor.post("/api/auth/refresh", { refresh_token: refreshToken }),
  };
};

async function signedIn(): Promise<SignIn> {
  const owner = await newOwner(replica(0), { transport: "body" });
  return (await owner.refresh()).as<SignIn>();
}

describe("three replicas with one database and one secret", () => {
  test("know each other's access tokens and refresh tokens", async () => {
    const { access_token: bearer, refresh_token: refreshToken = "" } = await signedIn();
    for (const index of [0, 1, 2]) expectStatus(await at(index, bearer).session(), 200);
    const renewed = expectStatus(await at(2, bearer).refresh(refreshToken), 200).as<SignIn>();
    expectStatus(await at(1, renewed.access_token).session(), 200);
  });

  test("refuse what one of them revoked: it at once, the others within a second", async () => {
    const { access_token: bearer, refresh_token: refreshToken = "" } = await signedIn();
    expectStatus(await at(2, bearer).session(), 200);
    expectStatus(await at(1, bearer).revokeAll(), 200);
    expectProblem(await at(1, bearer).session(), 401, "session_revoked");
    for (const index of [0, 2])
      await until(
        `replica ${index} to refuse`,
        async () => (await at(index, bearer).session()).status === 401,
        EVERYWHERE_MS,
        10,
      );
    const told = expectProblem(await at(0, bearer).refresh(refreshToken), 401, "session_revoked");
    expect(told).toMatchObject({ reason: "revoked_by_owner" });
  });

  test("answer twenty refreshes of one token, wherever they come in, with one and the same token", async () => {
    const { refresh_token: refreshToken = "", access_token: bearer } = await signedIn();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => at(index % 3, bearer).refresh(refreshToken)),
    );
    expect(answers.map((answer) => answer.status)).toEqual(Array(20).fill(200));
    const current = answers.map((answer) => answer.as<SignIn>().refresh_token);
    expect(new Set(current).size).toBe(1);
  });
});
