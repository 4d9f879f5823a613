import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ApiClient } from "../harness/api-client.js";
import { expectProblem, expectStatus } from "../harness/expectations.js";
import { newDataDir, type Service, startService } from "../harness/service.js";
import { until } from "../harness/until.js";
import { newOwner } from "../harness/users.js";
import type { SignIn } from "../harness/wire.js";

/** How long a revocation may take to reach every replica. */
const PROPAGATION_MS = 1000;

let directory = "";
let replicas: Service[] = [];
beforeAll(async () => {
  directory = await newDataDir();
  // All start at once on an empty database, with only the database and the secret configured.
  replicas = await Promise.all([1, 2, 3].map(() => startService({}, directory)));
});
afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()));
  await rm(directory, { recursive: true, force: true });
});

const replica = (index: number): Service => {
  const service = replicas[index];
  if (service === undefined) throw new Error(`there is no replica ${index}`);
  return service;
};

/** Calls at one replica with tokens that another may have issued. */
const clientAt = (index: number, bearer: string) => {
  const client = new ApiClient(replica(index), { transport: "body" });
  return {
    session: () => client.get("/api/auth/session", { bearer }),
    revokeAll: () => client.post("/api/accounts/me/security/revoke-sessions", {}, { bearer }),
    refresh: (refreshToken: string) => client.post("/api/auth/refresh", { refresh_token: refreshToken }),
  };
};

async function signIn(): Promise<SignIn> {
  const owner = await newOwner(replica(0), { transport: "body" });
  return (await owner.refresh()).json<SignIn>();
}

describe("three replicas with one database and one secret", () => {
  test("accept each other's access tokens and refresh tokens", async () => {
    const { access_token: bearer, refresh_token: refreshToken = "" } = await signIn();
    for (const index of [0, 1, 2]) expectStatus(await clientAt(index, bearer).session(), 200);
    const renewed = expectStatus(await clientAt(2, bearer).refresh(refreshToken), 200).json<SignIn>();
    expectStatus(await clientAt(1, renewed.access_token).session(), 200);
  });

  test("refuse revoked tokens: the revoking replica at once, the others within a second", async () => {
    const { access_token: bearer, refresh_token: refreshToken = "" } = await signIn();
    expectStatus(await clientAt(2, bearer).session(), 200);
    expectStatus(await clientAt(1, bearer).revokeAll(), 200);
    expectProblem(await clientAt(1, bearer).session(), 401, "session_revoked");
    for (const index of [0, 2])
      await until(
        `replica ${index} to refuse`,
        async () => (await clientAt(index, bearer).session()).status === 401,
        PROPAGATION_MS,
        10,
      );
    const refused = expectProblem(await clientAt(0, bearer).refresh(refreshToken), 401, "session_revoked");
    expect(refused).toMatchObject({ reason: "revoked_by_owner" });
  });

  test("answer twenty concurrent refreshes of one token with the same new token", async () => {
    const { refresh_token: refreshToken = "", access_token: bearer } = await signIn();
    const responses = await Promise.all(
      Array.from({ length: 20 }, (_, index) => clientAt(index % 3, bearer).refresh(refreshToken)),
    );
    expect(responses.map((response) => response.status)).toEqual(Array(20).fill(200));
    const current = responses.map((response) => response.json<SignIn>().refresh_token);
    expect(new Set(current).size).toBe(1);
  });
});
