import { expect } from "vitest";
import { DpopKey } from "./dpop-key.js";
import { EventStream } from "./event-stream.js";
import { expectProblem, expectStatus } from "./expectations.js";
import { invite, newPassword } from "./people.js";
import { type Places, Traveller } from "./traveller.js";
import { until } from "./until.js";
import { Visitor } from "./visitor.js";
import type { Security } from "./wire.js";

/** Within this a revocation is in force and told everywhere, on a machine that is busy with other things too. */
const EVERYWHERE_MS = 2_000;

/**
 * Expects that what is done at one replica is so at another: sign-in, renewal, invitation, policy, a stream and its end, a
 * revocation.
 */
export async function expectService(
  places: Places,
  { from, to }: { from: number; to: number },
): Promise<void> {
  const owner = await Traveller.register(places, from, { key: new DpopKey() });
  expectStatus(await owner.at(to).get("/api/auth/session"), 200);
  expectStatus(await owner.at(to).refresh(), 200);
  expectStatus(await owner.at(from).refresh(), 200);
  await expectMembers(places, owner, { from, to });
  expectStatus(await owner.at(from).patch("/api/accounts/me/security", { idle_minutes: 20 }), 200);
  const policy = expectStatus(await owner.at(to).get("/api/accounts/me/security"), 200).as<Security>();
  expect(policy).toMatchObject({ idle_minutes: 20, active_session_count: 2 });

  const { refreshToken } = owner.visitor;
  const stream = await EventStream.open(owner.at(to));
  await stream.next("session.state");
  expectStatus(await owner.at(from).post("/api/accounts/me/security/revoke-sessions"), 200);
  const { data } = await stream.next("session.ended", EVERYWHERE_MS);
  expect(JSON.parse(data)).toMatchObject({ reason: "revoked_by_owner" });
  await until(
    "the other replica to refuse",
    async () => (await owner.at(to).get("/api/auth/session")).status === 401,
    EVERYWHERE_MS,
  );
  // The answer took the cookie.
  expectProblem(await owner.at(to).refresh({ refresh_token: refreshToken }), 401, "session_revoked");
  expectStatus(await owner.at(to).login(), 200);
  expectProblem(await owner.at(to).login({ password: newPassword() }), 401, "invalid_credentials");
}

async function expectMembers(
  places: Places,
  owner: Traveller,
  { from, to }: { from: number; to: number },
): Promise<void> {
  const { token } = await invite(owner.at(from));
  const member = new Visitor(places.replica(to));
  const joining = { token, password: newPassword() };
  expectStatus(await member.post("/api/auth/accept-invitation", joining), 200);
  const here = new Visitor(places.replica(from));
  expectStatus(await here.get("/api/auth/session", { bearer: member.signedIn.access_token }), 200);
}
