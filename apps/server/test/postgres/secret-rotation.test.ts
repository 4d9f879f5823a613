import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isSignedBy, publishedKeys } from "../harness/access-token.js";
import { DpopKey } from "../harness/dpop-key.js";
import { EventStream } from "../harness/event-stream.js";
import { expectProblem, expectStatus } from "../harness/expectations.js";
import { invite, newOwner, newPassword } from "../harness/people.js";
import { type ReplicatedService, startReplicatedService } from "../harness/replicated-service.js";
import { sharedDatabase } from "../harness/shared-database.js";
import { SteadyClient } from "../harness/steady-client.js";
import { Traveller } from "../harness/traveller.js";
import { Visitor, type VisitorOptions } from "../harness/visitor.js";
import type { Page, SessionItem, SignIn } from "../harness/wire.js";

const PLACES = [0, 1, 2] as const;
const [OLD, NEW] = [randomBytes(32).toString("base64"), randomBytes(48).toString("base64")];
/** Within this a revocation is told at every replica (`contract.md`), on a machine with much else to do. */
const TOLD_MS = 2_000;

/** Everyone whom a secret signs in: with a cookie or a body, with a key of either kind or none. */
const kinds = (): readonly VisitorOptions[] => [
  {},
  { key: new DpopKey("ES256") },
  { transport: "body" },
  { transport: "body", key: new DpopKey("EdDSA") },
];

let service: ReplicatedService;
beforeAll(async () => {
  // A refresh rotates its token as often as this lets it.
  const settings = { CURFEW_SECRET: OLD, CURFEW_ROTATION_GRACE_SECONDS: "3" };
  service = await startReplicatedService({ ...(await sharedDatabase("secret rotation")), ...settings });
});
afterAll(() => service.stop());

/** One round: replica after replica, with something asked after each. */
async function changeSecret(text: string, afterEach: () => Promise<void>): Promise<void> {
  for (const replica of service.replicas) {
    await replica.stop();
    await replica.start({ CURFEW_SECRET: text });
    await afterEach();
  }
}

/** What one replica answers at a refresh is good at each, and so is what it answers to the next. */
async function isKnownEverywhere(traveller: Traveller): Promise<void> {
  for (const from of PLACES) {
    expectStatus(await traveller.at(from).refresh(), 200);
    const { access_token: token } = traveller.visitor.signedIn;
    for (const to of PLACES) {
      expectStatus(await traveller.at(to).get("/api/auth/session"), 200);
      expect(isSignedBy(await publishedKeys(service.replica(to)), token)).toBe(true);
    }
    expectStatus(await traveller.at(from + 1).refresh(), 200);
    expectStatus(await traveller.at(from + 2).refresh(), 200);
  }
}

/** Nine at once with one token, three at each replica: each answer is good at another. */
async function isOneForNine(): Promise<void> {
  const traveller = await Traveller.register(service, 0, { transport: "body" });
  const token = traveller.visitor.refreshToken;
  const answers = await Promise.all(
    Array.from({ length: 9 }, (_, nth) =>
      new Visitor(service.replica(nth)).post("/api/auth/refresh", { refresh_token: token }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(9).fill(200));
  for (const [nth, answer] of answers.entries()) {
    const { access_token: bearer, refresh_token } = answer.as<SignIn>();
    const elsewhere = new Visitor(service.replica(nth + 1));
    expectStatus(await elsewhere.get("/api/auth/session", { bearer }), 200);
    expectStatus(await elsewhere.post("/api/auth/refresh", { refresh_token }), 200);
  }
}

/** Signed in at one, listening at the second, signed out at the third. */
async function isToldOfAnEnd(first: number): Promise<void> {
  const traveller = await Traveller.register(service, first, { key: new DpopKey() });
  const stream = await EventStream.open(traveller.at(first + 1));
  await stream.next("session.state");
  expectStatus(await traveller.at(first + 2).post("/api/accounts/me/security/revoke-sessions"), 200);
  const { data } = await stream.next("session.ended", TOLD_MS);
  expect(JSON.parse(data)).toMatchObject({ code: "session_revoked", reason: "revoked_by_owner" });
}

/** A proof of a client whose clock is two minutes off holds with a nonce, whichever replica gave it. */
async function isTimelyByNonce(traveller: Traveller): Promise<void> {
  const { key } = traveller.visitor.options;
  if (key === undefined) throw new Error("this traveller has no key");
  const iat = Math.floor(Date.now() / 1000) - 120;
  for (const [from, to] of [...PLACES.map((place) => [place, place + 1] as const), [1, 0] as const]) {
    const proof = (nonce?: string): string =>
      key.proof({
        method: "POST",
        url: `${service.balancer.publicUrl}/api/auth/refresh`,
        ...(nonce === undefined ? {} : { nonce }),
        payload: { iat },
      });
    const told = await traveller.at(from).refresh({}, { proof: proof() });
    expectProblem(told, 401, "use_dpop_nonce");
    const nonce = String(told.headers["dpop-nonce"]);
    expectStatus(await traveller.at(to).refresh({}, { proof: proof(nonce) }), 200);
  }
}

test("three rounds over three replicas sign nobody out: not one call is refused, whoever answers it", async () => {
  const steady = await Promise.all(
    kinds().map(async (options) => new SteadyClient(await newOwner(service.balancer, options))),
  );
  const browser = await Traveller.register(service, 0, { key: new DpopKey() });
  const program = await Traveller.register(service, 1, { transport: "body" });
  const asleep = await Promise.all(
    kinds().map((options, place) => Traveller.register(service, place, options)),
  );
  const inviting = await Traveller.register(service, 0, {});
  const invitations = await Promise.all(PLACES.map(() => invite(inviting.at(0))));
  for (const client of steady) client.start();

  let step = 0;
  const allIsWell = async (): Promise<void> => {
    for (const one of [browser, program]) await isKnownEverywhere(one);
    await isOneForNine();
    await isTimelyByNonce(browser);
    await isToldOfAnEnd(step);
    step += 1;
    await Promise.all(steady.map((client) => client.untilAnswered(4)));
  };
  const accept = async (nth: number): Promise<void> => {
    const body = { token: invitations[nth]?.token, password: newPassword() };
    expectStatus(await new Visitor(service.replica(step)).post("/api/auth/accept-invitation", body), 200);
  };

  await allIsWell();
  await changeSecret(`${OLD},${NEW}`, allIsWell);
  await accept(0);
  await changeSecret(`${NEW},${OLD}`, allIsWell);
  await accept(1);
  // Each comes back with what it was given before the first round.
  for (const [nth, one] of asleep.entries()) expectStatus(await one.at(nth).refresh(), 200);
  await Promise.all(steady.map((client) => client.untilAnswered(4)));
  await changeSecret(NEW, allIsWell);
  await accept(2);
  for (const one of asleep) await isKnownEverywhere(one);

  await Promise.all(steady.map((client) => client.stop()));
  expect(steady.flatMap(({ refusals }) => refusals)).toEqual([]);
  expect(step).toBe(10);
}, 180_000);

test("a page of a list goes on at a replica of the next round", async () => {
  const [first, second] = [randomBytes(32), randomBytes(32)].map((secret) => secret.toString("base64"));
  const [here, there] = service.replicas;
  if (here === undefined || there === undefined) throw new Error("there are three");
  const traveller = await Traveller.register(service, 0, { transport: "body" });
  for (let more = 0; more < 3; more += 1) expectStatus(await traveller.visitor.login(), 200);
  await there.stop();
  await there.start({ CURFEW_SECRET: `${first},${second},${NEW}` });
  await here.stop();
  await here.start({ CURFEW_SECRET: `${second},${first},${NEW}` });
  const path = "/api/accounts/me/security/sessions?limit=1";
  const ids = new Set<string>();
  let cursor: string | null = null;
  for (let page = 0; page < 4; page += 1) {
    const after: string = cursor === null ? "" : `&cursor=${cursor}`;
    const answer = expectStatus(await traveller.at(page % 2).get(`${path}${after}`), 200);
    const { items, next_cursor } = answer.as<Page<SessionItem>>();
    for (const { id } of items) ids.add(id);
    cursor = next_cursor;
  }
  expect(ids.size).toBe(4);
  expect(cursor).toBeNull();
});

test("a round left out is noticed: who signs with a secret that another does not know yet is refused there", async () => {
  const unheard = randomBytes(32).toString("base64");
  const [hasty, other] = service.replicas;
  if (hasty === undefined || other === undefined) throw new Error("there are three");
  await other.stop();
  await other.start({ CURFEW_SECRET: NEW });
  await hasty.stop();
  await hasty.start({ CURFEW_SECRET: `${unheard},${NEW}` });
  const traveller = await Traveller.register(service, 1, { transport: "body" });
  expectStatus(await traveller.at(0).refresh(), 200);
  expectProblem(await traveller.at(1).get("/api/auth/session"), 401, "unauthenticated");
  expectProblem(await traveller.at(1).refresh(), 401, "unauthenticated");
  expectStatus(await traveller.at(0).refresh(), 200);
});
