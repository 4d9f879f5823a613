import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCurfew } from "@curfew/core";
import { createSqlStore, migrateStore, openSqlite } from "@curfew/sql";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { policy } from "../limits.js";
import { governing, importSessions, type OwnSession } from "../switch.js";

const DAY = 86_400_000;
const secret = new Uint8Array(32).fill(7);

let directory: string;
let database: ReturnType<typeof openSqlite>;
let switchedAt: number;
let curfew: ReturnType<typeof governing>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "curfew-switch-"));
  database = openSqlite({ path: join(directory, "sessions.db") });
  await migrateStore(database);
  switchedAt = Date.now();
  curfew = governing(createSqlStore(database), secret, switchedAt);
});

afterAll(async () => {
  curfew.close();
  await database.close();
  await rm(directory, { recursive: true, force: true });
});

const session = (id: string): OwnSession => ({
  id,
  companyId: "acme",
  user: { id: `user of ${id}`, name: id, email: `${id}@acme.example`, role: "member" },
  createdAt: switchedAt - 30 * DAY,
});

const keyOf = ({ id, companyId }: OwnSession) => ({ accountId: companyId, hostSessionId: id });

test("the limits and bounds of the operator hold for every account", async () => {
  const strict = createCurfew({
    store: createSqlStore(database),
    secret,
    issuer: "https://app.example",
    policy,
  });
  const actor = { kind: "system", userId: null, sessionId: null, ip: null } as const;
  onTestFinished(() => strict.close());
  const { effective } = await strict.policy.get("initech");
  expect(effective).toEqual({ idleMinutes: 30, absoluteMinutes: 720 });
  await expect(strict.policy.update("initech", { idleMinutes: 90 }, { actor })).rejects.toMatchObject({
    code: "validation_failed",
  });
});

describe("the day of the switch", () => {
  test("signs nobody out, however old the session, and may be imported twice", async () => {
    const rows = Array.from({ length: 1001 }, (_, index) => session(`s${index}`));
    expect(await importSessions(curfew, rows)).toEqual({ opened: 1001, ended: 0, known: 0 });
    expect(await importSessions(curfew, rows)).toEqual({ opened: 0, ended: 0, known: 1001 });
    const first = session("s0");
    expect(await curfew.governed.check(keyOf(first))).toMatchObject({ accountId: "acme", role: "member" });
  });

  test("records a session that is imported with a last use before the idle timeout as expired", async () => {
    const old = session("forgotten");
    const { user, createdAt: startedAt } = old;
    const row = { ...keyOf(old), user, startedAt, lastActiveAt: switchedAt - DAY };
    expect(await curfew.governed.import([row])).toEqual({ opened: 0, ended: 1, known: 0 });
    await expect(curfew.governed.check(keyOf(old))).rejects.toMatchObject({
      code: "session_expired",
      details: { reason: "idle" },
    });
  });

  test("adopts a session that was not imported where its person comes back", async () => {
    const late = session("late");
    await curfew.governed.open({ ...keyOf(late), user: late.user, startedAt: late.createdAt });
    const { items } = await curfew.events.list({ accountId: "acme", limit: 10, after: null });
    expect(items.map(({ type }) => type)).toContain("session.adopted");
  });
});
