import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

const CALL = new Request("http://localhost:3000/");
const SWITCH = Date.parse("2026-11-30T06:00:00Z");
const DAY = 86_400_000;

const user = { id: "2", name: "Ben Ito", email: "ben@acme.example", role: "member", companyId: "acme" };
const now = vi.spyOn(Date, "now").mockReturnValue(SWITCH + DAY / 2);

let directory: string;
let sessions: typeof import("../sessions.js").sessions;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "curfew-express-"));
  vi.stubEnv("SESSIONS_DB", join(directory, "sessions.db"));
  vi.stubEnv("SESSIONS_SECRET", Buffer.alloc(32, 7).toString("base64"));
  ({ sessions } = await import("../sessions.js"));
});

afterAll(async () => {
  vi.unstubAllEnvs();
  now.mockRestore();
  await rm(directory, { recursive: true, force: true });
});

/** @param session what the store, or with `cookie-session` the cookie, holds */
const currentOf = (session: object) => sessions.current(CALL, { session: { ...session } } as never);

test("keeps a session from before Curfew, which does not say when it began", async () => {
  expect(await currentOf({ id: "from before", user })).toMatchObject({
    state: "signed_in",
    user: { id: "2" },
    session: { startedAt: SWITCH },
  });
});

test("counts a session from its sign-in, however late it is used first", async () => {
  const signedInAt = SWITCH + DAY / 2;
  expect(await currentOf({ id: "used", user, signedInAt })).toMatchObject({ state: "signed_in" });
  now.mockReturnValue(signedInAt + 40 * DAY);
  for (const id of ["used", "hoarded"])
    expect(await currentOf({ id, user, signedInAt })).toMatchObject({ state: "ended" });
});
