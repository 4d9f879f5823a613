import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isLong } from "../../../../scripts/checks/rounds.js";
import { isSignedBy, publishedKeys } from "../harness/access-token.js";
import { ApiClient, type ClientOptions } from "../harness/api-client.js";
import { DpopKey } from "../harness/dpop-key.js";
import { EventStream } from "../harness/event-stream.js";
import { expectProblem, expectStatus } from "../harness/expectations.js";
import { PollingClient } from "../harness/polling-client.js";
import { postgresSettings } from "../harness/postgres-settings.js";
import { type ReplicatedService, startReplicatedService } from "../harness/replicated-service.js";
import { RoamingClient } from "../harness/roaming-client.js";
import { invite, newOwner, newPassword } from "../harness/users.js";
import type { Page, SessionItem, SignIn } from "../harness/wire.js";

const ALL_REPLICAS = [0, 1, 2] as const;
const [OLD, NEW] = [randomBytes(32).toString("base64"), randomBytes(48).toString("base64")];
/** How long a revocation may take to reach a stream at another replica on a busy machine. */
const STREAM_TIMEOUT_MS = 2_000;

/** The kinds of client: cookie or body transport, with a DPoP key of each algorithm or without. */
const clientKinds = (): readonly ClientOptions[] => [
  {},
  { key: new DpopKey("ES256") },
  { transport: "body" },
  { transport: "body", key: new DpopKey("EdDSA") },
];

let service: ReplicatedService;
beforeAll(async () => {
  // A short grace, so that refreshes rotate the token often.
  const settings = { CURFEW_SECRET: OLD, CURFEW_ROTATION_GRACE_SECONDS: "3" };
  service = await startReplicatedService({ ...(await postgresSettings("secret rotation")), ...settings });
});
afterAll(() => service.stop());

/** Restarts one replica after the other with a new secret setting, and runs checks after each. */
async function rotateSecret(secret: string, afterEach: () => Promise<void>): Promise<void> {
  for (const replica of service.replicas) {
    await replica.stop();
    await replica.start({ CURFEW_SECRET: secret });
    await afterEach();
  }
}

/** Checks that tokens from each replica's refresh are accepted by every replica. */
async function expectTokensWorkEverywhere(roaming: RoamingClient): Promise<void> {
  for (const from of ALL_REPLICAS) {
    expectStatus(await roaming.at(from).refresh(), 200);
    const { access_token: token } = roaming.client.signedIn;
    for (const to of ALL_REPLICAS) {
      expectStatus(await roaming.at(to).get("/api/auth/session"), 200);
      expect(isSignedBy(await publishedKeys(service.replica(to)), token)).toBe(true);
    }
    expectStatus(await roaming.at(from + 1).refresh(), 200);
    expectStatus(await roaming.at(from + 2).refresh(), 200);
  }
}

/** Checks that nine concurrent refreshes of one token, three at each replica, return tokens that another replica accepts. */
async function expectConcurrentRefreshesWork(): Promise<void> {
  const roaming = await RoamingClient.register(service, 0, { transport: "body" });
  const token = roaming.client.refreshToken;
  const responses = await Promise.all(
    Array.from({ length: 9 }, (_, position) =>
      new ApiClient(service.replica(position)).post("/api/auth/refresh", { refresh_token: token }),
    ),
  );
  expect(responses.map(({ status }) => status)).toEqual(Array(9).fill(200));
  for (const [position, response] of responses.entries()) {
    const { access_token: bearer, refresh_token } = response.json<SignIn>();
    const otherClient = new ApiClient(service.replica(position + 1));
    expectStatus(await otherClient.get("/api/auth/session", { bearer }), 200);
    expectStatus(await otherClient.post("/api/auth/refresh", { refresh_token }), 200);
  }
}

/** Checks that a revocation at one replica reaches a stream at another, for a session started at the third. */
async function expectStreamReportsEnd(first: number): Promise<void> {
  const roaming = await RoamingClient.register(service, first, { key: new DpopKey() });
  const stream = await EventStream.open(roaming.at(first + 1));
  await stream.next("session.state");
  expectStatus(await roaming.at(first + 2).post("/api/accounts/me/security/revoke-sessions"), 200);
  const { data } = await stream.next("session.ended", STREAM_TIMEOUT_MS);
  expect(JSON.parse(data)).toMatchObject({ code: "session_revoked", reason: "revoked_by_owner" });
}

/** Checks that a client whose clock is two minutes off can use a nonce from any replica at any other. */
async function expectNonceWorks(roaming: RoamingClient): Promise<void> {
  const { key } = roaming.client.options;
  if (key === undefined) throw new Error("this client has no key");
  const iat = Math.floor(Date.now() / 1000) - 120;
  for (const [from, to] of [...ALL_REPLICAS.map((index) => [index, index + 1] as const), [1, 0] as const]) {
    const proof = (nonce?: string): string =>
      key.proof({
        method: "POST",
        url: `${service.loadBalancer.publicUrl}/api/auth/refresh`,
        ...(nonce === undefined ? {} : { nonce }),
        payload: { iat },
      });
    const refused = await roaming.at(from).refresh({}, { proof: proof() });
    expectProblem(refused, 401, "use_dpop_nonce");
    const nonce = String(refused.headers["dpop-nonce"]);
    expectStatus(await roaming.at(to).refresh({}, { proof: proof(nonce) }), 200);
  }
}

test("three rolling changes of the secret end no session, and no replica refuses a call", async () => {
  const polling = await Promise.all(
    clientKinds().map(async (options) => new PollingClient(await newOwner(service.loadBalancer, options))),
  );
  const browser = await RoamingClient.register(service, 0, { key: new DpopKey() });
  const program = await RoamingClient.register(service, 1, { transport: "body" });
  const dormant = await Promise.all(
    clientKinds().map((options, index) => RoamingClient.register(service, index, options)),
  );
  const inviter = await RoamingClient.register(service, 0, {});
  const invitations = await Promise.all(ALL_REPLICAS.map(() => invite(inviter.at(0))));
  for (const client of polling) client.start();

  let step = 0;
  const expectAllWell = async (): Promise<void> => {
    // In the long run after each replica. In `npm test` before and after each change of all, and once while one replica is ahead.
    if (isLong || step % ALL_REPLICAS.length === 0 || step === 4) {
      for (const roaming of [browser, program]) await expectTokensWorkEverywhere(roaming);
      await expectConcurrentRefreshesWork();
      await expectNonceWorks(browser);
      await expectStreamReportsEnd(step);
    }
    step += 1;
    await Promise.all(polling.map((client) => client.untilSucceeded(2)));
  };
  const accept = async (position: number): Promise<void> => {
    const body = { token: invitations[position]?.token, password: newPassword() };
    expectStatus(await new ApiClient(service.replica(step)).post("/api/auth/accept-invitation", body), 200);
  };

  await expectAllWell();
  await rotateSecret(`${OLD},${NEW}`, expectAllWell);
  await accept(0);
  await rotateSecret(`${NEW},${OLD}`, expectAllWell);
  await accept(1);
  // These clients still have their tokens from before the first change.
  for (const [position, roaming] of dormant.entries())
    expectStatus(await roaming.at(position).refresh(), 200);
  await Promise.all(polling.map((client) => client.untilSucceeded(2)));
  await rotateSecret(NEW, expectAllWell);
  await accept(2);
  for (const roaming of dormant) await expectTokensWorkEverywhere(roaming);

  await Promise.all(polling.map((client) => client.stop()));
  expect(polling.flatMap(({ refusals }) => refusals)).toEqual([]);
  expect(step).toBe(10);
}, 180_000);

test("a list cursor from one replica works at a replica that has a new secret", async () => {
  const [first, second] = [randomBytes(32), randomBytes(32)].map((secret) => secret.toString("base64"));
  const [one, other] = service.replicas;
  if (one === undefined || other === undefined) throw new Error("there are three replicas");
  const roaming = await RoamingClient.register(service, 0, { transport: "body" });
  for (let count = 0; count < 3; count += 1) expectStatus(await roaming.client.login(), 200);
  await other.stop();
  await other.start({ CURFEW_SECRET: `${first},${second},${NEW}` });
  await one.stop();
  await one.start({ CURFEW_SECRET: `${second},${first},${NEW}` });
  const path = "/api/accounts/me/security/sessions?limit=1";
  const ids = new Set<string>();
  let cursor: string | null = null;
  for (let page = 0; page < 4; page += 1) {
    const after: string = cursor === null ? "" : `&cursor=${cursor}`;
    const response = expectStatus(await roaming.at(page % 2).get(`${path}${after}`), 200);
    const { items, next_cursor } = response.json<Page<SessionItem>>();
    for (const { id } of items) ids.add(id);
    cursor = next_cursor;
  }
  expect(ids.size).toBe(4);
  expect(cursor).toBeNull();
});

test("tokens signed with a secret that another replica doesn't have yet are refused there", async () => {
  const unknownSecret = randomBytes(32).toString("base64");
  const [ahead, other] = service.replicas;
  if (ahead === undefined || other === undefined) throw new Error("there are three replicas");
  await other.stop();
  await other.start({ CURFEW_SECRET: NEW });
  await ahead.stop();
  await ahead.start({ CURFEW_SECRET: `${unknownSecret},${NEW}` });
  const roaming = await RoamingClient.register(service, 1, { transport: "body" });
  expectStatus(await roaming.at(0).refresh(), 200);
  expectProblem(await roaming.at(1).get("/api/auth/session"), 401, "unauthenticated");
  expectProblem(await roaming.at(1).refresh(), 401, "unauthenticated");
  expectStatus(await roaming.at(0).refresh(), 200);
});
