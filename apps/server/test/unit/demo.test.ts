import { randomBytes } from "node:crypto";
import { EVENT_TYPES, type EventType } from "@curfew/core";
import { createSqlStore } from "@curfew/sql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isThorough } from "../../../../scripts/checks/rounds.js";
import { createSendRequest } from "../../src/demo/api-client.js";
import {
  DISABLED_MEMBER,
  INVITED,
  MEMBER,
  OWNER,
  PASSWORD,
  SECOND_OWNER,
  USERS,
} from "../../src/demo/people.js";
import { seed } from "../../src/demo/seed.js";
import { createSimulatedClock } from "../../src/demo/simulated-time.js";
import { assemble } from "../../src/process/assemble.js";
import { readSettings } from "../../src/settings/read-settings.js";
import { openMigratedDatabase } from "./migrated-database.js";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

async function createDemo(now: number) {
  const clock = createSimulatedClock();
  const database = await openMigratedDatabase(clock.now);
  const read = readSettings({});
  if (!read.ok) throw new Error(read.message);
  const { settings } = read;
  const secrets = [new Uint8Array(randomBytes(32))];
  await seed({ settings, database, secrets, clock }, now);
  clock.set(now);
  return { clock, database, settings, secrets, store: createSqlStore(database) };
}

type Demo = Awaited<ReturnType<typeof createDemo>>;

async function readDemo(demo: Demo, now: number) {
  const publicUrl = "http://localhost";
  const { database, settings, secrets, clock } = demo;
  const service = assemble({
    settings,
    database,
    secrets,
    publicUrl,
    log: () => undefined,
    time: { clock, scheduler: { after: () => ({ cancel: () => undefined }) } },
  });
  const send = createSendRequest(service, publicUrl);
  const json = { email: OWNER.email, password: PASSWORD, transport: "body" };
  const device = { userAgent: "test", ip: "192.0.2.1" };
  const signedIn = await (await send(device, "POST", "/api/auth/login", { json })).json();
  const { access_token: accessToken, user } = signedIn as {
    access_token: string;
    user: { account: { id: string } };
  };
  const accountId = user.account.id;
  await demo.store.sweep({
    batch: 1000,
    endedRetentionMs: 30 * DAY_MS,
    feedRetentionMs: DAY_MS,
    auditRetentionMs: 365 * DAY_MS,
  });
  const events = (await demo.store.listEvents({ accountId, limit: 1000, after: null })).items.filter(
    (event) => event.at < now,
  );
  const sessions = (await demo.store.listSessions({ accountId, limit: 200, after: null })).items.filter(
    ({ session }) => session.startedAt < now,
  );
  service.close();
  return { accountId, accessToken, send, device, events, sessions };
}

/** `npm test` takes the first alone, because seeding takes seconds. */
const DATES: readonly (readonly [when: string, now: number])[] = [
  ["a minute after midnight on a Sunday", Date.UTC(2026, 10, 22, 0, 1)],
  ["a Tuesday morning", Date.UTC(2026, 10, 24, 9, 12)],
  ["the evening of a leap day", Date.UTC(2028, 1, 29, 22, 47)],
];

describe.each(isThorough ? DATES : DATES.slice(0, 1))("the demo on %s", (_when, now) => {
  let demo: Demo;
  let shown: Awaited<ReturnType<typeof readDemo>>;
  beforeAll(async () => {
    demo = await createDemo(now);
    shown = await readDemo(demo, now);
  });
  afterAll(() => demo.database.close());

  it("has two owners, nine members of whom one is disabled, and one open invitation", async () => {
    const page = { accountId: shown.accountId, limit: 100, after: null };
    const { items: users } = await demo.store.listUsers(page);
    expect(users.map(({ email }) => email).sort()).toEqual(USERS.map(({ email }) => email).sort());
    const owners = users.filter(({ role }) => role === "owner").map(({ email }) => email);
    expect(owners.sort()).toEqual([OWNER.email, SECOND_OWNER.email].sort());
    expect(users.filter(({ disabled }) => disabled).map(({ email }) => email)).toEqual([
      DISABLED_MEMBER.email,
    ]);
    const answer = await shown.send(shown.device, "GET", "/api/accounts/me/members", {
      accessToken: shown.accessToken,
    });
    const { items } = (await answer.json()) as { items: { email: string; status: string }[] };
    expect(items.filter(({ status }) => status === "invited").map(({ email }) => email)).toEqual([
      INVITED.email,
    ]);
  });

  it("has several sessions of each active user, each with a device label", () => {
    const counts = new Map<string, number>();
    for (const { user } of shown.sessions) counts.set(user.email, (counts.get(user.email) ?? 0) + 1);
    expect([...counts.keys()].sort()).toEqual(
      USERS.filter((person) => person !== DISABLED_MEMBER)
        .map(({ email }) => email)
        .sort(),
    );
    expect(Math.min(...counts.values())).toBeGreaterThanOrEqual(2);
    for (const { session } of shown.sessions) expect(session.device.label).toMatch(/^.+ on .+$/);
  });

  it("has a session of the owner within five minutes of each deadline", () => {
    const owned = shown.sessions
      .filter(({ user }) => user.email === OWNER.email)
      .map(({ session }) => session);
    const near = owned.filter(({ idleExpiresAt }) => idleExpiresAt - now <= 5 * MINUTE_MS);
    expect(near.map((session) => session.idleExpiresAt === session.absoluteExpiresAt).sort()).toEqual([
      false,
      true,
    ]);
    for (const { idleExpiresAt } of near) expect(idleExpiresAt).toBeGreaterThan(now);
  });

  it("has an audit trail of three weeks with nearly all types of events", () => {
    const missing: readonly EventType[] = [
      "session.proof_failed",
      "session.token_shared",
      "session.device_changed",
      "session.adopted",
      "sessions.imported",
      "member.enabled",
      "member.deleted",
      "member.invitation_withdrawn",
      "password.link_made",
      "user.changed",
      "account.renamed",
    ];
    const types = new Set(shown.events.map(({ type }) => type));
    expect(EVENT_TYPES.filter((type) => !types.has(type))).toEqual(missing);
    const first = shown.events.at(-1);
    expect(first?.type).toBe("account.created");
    expect(now - (first?.at ?? now)).toBeGreaterThan(20 * DAY_MS);
    expect(shown.events.length).toBeGreaterThan(150);
  });

  it("has only past dates and addresses from the documentation ranges", () => {
    for (const { at, ip } of shown.events) {
      expect(at).toBeLessThan(now);
      if (ip !== null) expect(ip).toMatch(/^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$|^2001:db8:/);
    }
  });

  it("signs the member in with the same password", async () => {
    const json = { email: MEMBER.email, password: PASSWORD, transport: "body" };
    const answer = await shown.send(shown.device, "POST", "/api/auth/login", { json });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      user: { role: "member", account: { name: "Lantern Freight" } },
    });
  });
});
