import { describe, expect, test } from "vitest";
import { NOW, session, snapshot } from "../fixtures.js";
import { engineWith, tokenOf } from "./refreshing-engine.js";

const GRACE_MS = 10_000;
const stored = (changes: Parameters<typeof session>[0]) => snapshot({ session: session(changes) });

describe("sessions.peek", () => {
  test("identifies the session of a refresh token in one read, and moves nothing", async () => {
    const { curfew, calls } = engineWith({ stored: [stored({ generation: 3 })] });
    const { identity, user, now } = await curfew.sessions.peek(tokenOf(3));
    expect(identity).toMatchObject({ accountId: "acme", sessionId: "s1", userId: user.id, role: user.role });
    expect(now).toBe(NOW);
    expect(calls).toEqual([]);
  });

  test("takes the previous token of an unbound session within the grace, and no older one; the session goes on", async () => {
    const rotated = (ageMs: number) => stored({ generation: 3, rotatedAt: NOW - ageMs });
    const { curfew, endSession } = engineWith({
      stored: [rotated(GRACE_MS - 1), rotated(GRACE_MS), rotated(0), rotated(0)],
    });
    await expect(curfew.sessions.peek(tokenOf(2))).resolves.toMatchObject({ identity: { sessionId: "s1" } });
    for (const generation of [2, 1, 4])
      await expect(curfew.sessions.peek(tokenOf(generation))).rejects.toMatchObject({
        code: "unauthenticated",
      });
    expect(endSession).not.toHaveBeenCalled();
  });

  test("takes any token of a bound session that is not newer than the database, without a proof", async () => {
    const bound = () => stored({ generation: 3, rotatedAt: NOW - 60_000, keyThumbprint: "key" });
    const { curfew } = engineWith({ stored: [bound(), bound(), bound()] });
    for (const generation of [0, 3])
      await expect(curfew.sessions.peek(tokenOf(generation))).resolves.toMatchObject({
        identity: { sessionId: "s1" },
      });
    await expect(curfew.sessions.peek(tokenOf(4))).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test("throws the end of a session, and `unauthenticated` for a token that is not genuine", async () => {
    const { curfew } = engineWith({ stored: [stored({ endedAt: NOW, endReason: "signed_out" })] });
    await expect(curfew.sessions.peek(tokenOf(0))).rejects.toMatchObject({
      code: "session_revoked",
      details: { reason: "signed_out" },
    });
    await expect(curfew.sessions.peek("no token")).rejects.toMatchObject({ code: "unauthenticated" });
  });
});
