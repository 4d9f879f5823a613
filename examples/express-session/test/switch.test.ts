import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";

const CALL = new Request("http://localhost:3000/");

test("keeps a session from before Curfew, which does not say when it began", async () => {
  const directory = await mkdtemp(join(tmpdir(), "curfew-express-"));
  vi.stubEnv("SESSIONS_DB", join(directory, "sessions.db"));
  vi.stubEnv("SESSIONS_SECRET", Buffer.alloc(32, 7).toString("base64"));
  const now = vi.spyOn(Date, "now").mockReturnValue(Date.parse("2026-12-01T00:00:00Z"));
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    now.mockRestore();
    await rm(directory, { recursive: true, force: true });
  });
  const { sessions } = await import("../sessions.js");
  const user = { id: "2", name: "Ben Ito", email: "ben@acme.example", role: "member", companyId: "acme" };
  const native = { session: { id: "from before", user } };
  const current = await sessions.current(CALL, native as never);
  expect(current).toMatchObject({
    state: "signed_in",
    user: { id: "2" },
    session: { startedAt: Date.parse("2026-11-30T06:00:00Z") },
  });
});
