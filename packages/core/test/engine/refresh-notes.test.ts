import { describe, expect, test } from "vitest";
import { networkDigestOf } from "../../src/network.js";
import type { Session } from "../../src/session/session.js";
import { NOW, session, snapshot } from "../fixtures.js";
import { engineWith, tokenOf } from "./refreshing-engine.js";

describe("sessions.refresh from another network or device than before", () => {
  const HOME = "192.0.2.1";
  const ELSEWHERE = "198.51.100.7";
  const rotatedAtHome = (changes: Partial<Session> = {}) =>
    snapshot({
      session: session({
        generation: 5,
        rotatedAt: NOW,
        rotationNetworks: [{ network: networkDigestOf(HOME) ?? "", at: NOW }],
        ...changes,
      }),
    });
  const event = { actorId: null, sessionId: "s1", ip: ELSEWHERE };

  test("tells the store the digest of the network and the device", async () => {
    const { curfew, calls } = engineWith({ refreshed: [snapshot(), snapshot(), snapshot()] });
    const device = { label: "curl", userAgent: "curl/8.5.0" };
    await curfew.sessions.refresh(tokenOf(0), { ip: HOME, device });
    await curfew.sessions.refresh(tokenOf(0), { ip: `::ffff:${HOME}` });
    await curfew.sessions.refresh(tokenOf(0), { ip: "a socket" });
    expect(calls.map(({ network, device }) => [network, device])).toEqual([
      [networkDigestOf(HOME), { ...device, ip: HOME }],
      [networkDigestOf(HOME), { label: null, userAgent: null, ip: `::ffff:${HOME}` }],
      [null, { label: null, userAgent: null, ip: "a socket" }],
    ]);
  });

  test("tells the store no network with a limit of 0", async () => {
    const { curfew, calls } = engineWith({ refreshed: [snapshot()], shadowLimit: 0 });
    await curfew.sessions.refresh(tokenOf(0), { ip: HOME });
    expect(calls[0]).toMatchObject({ network: null, device: { ip: HOME } });
  });

  test("records session.token_shared at the first shared rotation and returns the current token", async () => {
    const stored = rotatedAtHome();
    const { curfew, refreshAndNote } = engineWith({ stored: [stored], noted: [stored] });
    const { refreshToken } = await curfew.sessions.refresh(tokenOf(4), { ip: ELSEWHERE });
    expect(refreshToken).toBe(tokenOf(5));
    expect(refreshAndNote.mock.calls[0]?.[0]).toMatchObject({
      generation: 4,
      network: networkDigestOf(ELSEWHERE),
      decidedOn: stored.session,
      sharedRotations: 1,
      deviceChanges: false,
      events: [{ ...event, type: "session.token_shared", details: { user_id: "ada", device: null } }],
    });
  });

  test("counts the second shared rotation in a row without an event", async () => {
    const stored = rotatedAtHome({ sharing: { generation: 4, rotations: 1 } });
    const { curfew, refreshAndNote } = engineWith({ stored: [stored], noted: [stored] });
    await curfew.sessions.refresh(tokenOf(4), { ip: ELSEWHERE });
    expect(refreshAndNote.mock.calls[0]?.[0]).toMatchObject({ sharedRotations: 2, events: [] });
  });

  test("ends the session as token_reused at the third shared rotation in a row", async () => {
    const { curfew, endSession, refreshAndNote } = engineWith({
      stored: [rotatedAtHome({ sharing: { generation: 4, rotations: 2 } })],
      ended: { kind: "ended", feed: [], now: NOW + 3 },
    });
    await expect(curfew.sessions.refresh(tokenOf(4), { ip: ELSEWHERE })).rejects.toMatchObject({
      code: "session_revoked",
      details: { reason: "token_reused", endedAt: NOW + 3 },
    });
    expect(refreshAndNote).not.toHaveBeenCalled();
    expect(endSession.mock.calls[0]?.[0]).toMatchObject({
      reason: "token_reused",
      event: { ...event, type: "session.token_reused", details: { user_id: "ada" } },
    });
  });

  test("is decided again if the session has changed since", async () => {
    const stored = rotatedAtHome();
    const { curfew, calls } = engineWith({ stored: [stored], noted: [null], refreshed: [null, stored] });
    await curfew.sessions.refresh(tokenOf(4), { ip: ELSEWHERE });
    expect(calls).toHaveLength(2);
  });

  test("records session.device_changed with both labels", async () => {
    const device = { label: "Firefox on Linux", userAgent: null, ip: null };
    const stored = rotatedAtHome({ device, lastSeen: device });
    const { curfew, refreshAndNote } = engineWith({ stored: [stored], noted: [stored] });
    await curfew.sessions.refresh(tokenOf(5), { ip: ELSEWHERE, device: { label: "curl" } });
    expect(refreshAndNote.mock.calls[0]?.[0]).toMatchObject({
      sharedRotations: null,
      deviceChanges: true,
      events: [
        {
          ...event,
          type: "session.device_changed",
          details: { user_id: "ada", before: "Firefox on Linux", after: "curl" },
        },
      ],
    });
  });
});
