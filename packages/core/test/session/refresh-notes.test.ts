import { describe, expect, test } from "vitest";
import {
  DEVICE_CHANGE_INTERVAL_MS,
  decideRefresh,
  type PresentedToken,
  type RefreshRules,
  ROTATION_MEMORY_MS,
} from "../../src/session/refresh-decision.js";
import type { Session } from "../../src/session/session.js";
import { NOW, session, snapshot } from "../fixtures.js";

const RULES = { graceMs: 10_000, shadowLimit: 3 };
const HOME = { network: "home", at: NOW };

/** A session that was rotated for the fifth time just now, from home. */
const rotated = (changes: Partial<Session> = {}): Session =>
  session({ generation: 5, rotatedAt: NOW, rotationNetworks: [HOME], ...changes });

/** By default, presents the previous token from elsewhere. */
const decide = (
  state: Session,
  presented: Partial<PresentedToken> = {},
  rules: Partial<RefreshRules> = {},
  now = NOW,
) =>
  decideRefresh(
    snapshot({ session: state, now }),
    { generation: 4, proof: null, network: "elsewhere", deviceLabel: null, ...presented },
    { ...RULES, ...rules },
  );

const shared = (sharedRotations: number) => ({
  kind: "noted",
  note: { sharedRotations, deviceChange: null },
});
const live = { kind: "live" };

describe("the previous token from another network than the rotation", () => {
  test("is noted as shared at one rotation", () => {
    expect(decide(rotated())).toEqual(shared(1));
  });

  test("is noted as shared at one more rotation in a row, and at the third ends the session", () => {
    const after = (rotations: number) => rotated({ sharing: { generation: 4, rotations } });
    expect(decide(after(1))).toEqual(shared(2));
    expect(decide(after(2))).toEqual({ kind: "reused" });
    expect(decide(after(7))).toEqual({ kind: "reused" });
  });

  test("begins a new row if the rotation before was not shared", () => {
    expect(decide(rotated({ sharing: { generation: 3, rotations: 2 } }))).toEqual(shared(1));
  });

  test("counts once for each rotation", () => {
    expect(decide(rotated({ sharing: { generation: 5, rotations: 2 } }))).toEqual(live);
  });

  test.each([
    [0, live],
    [1, { kind: "reused" }],
    [2, shared(1)],
  ])("with a limit of %i is %j at the first rotation", (shadowLimit, decision) => {
    expect(decide(rotated(), {}, { shadowLimit })).toEqual(decision);
  });

  test("after the grace has ended the session, whatever the network", () => {
    for (const network of ["home", "elsewhere", null])
      expect(decide(rotated(), { network }, {}, NOW + RULES.graceMs)).toEqual({ kind: "reused" });
  });

  test.each([
    [ROTATION_MEMORY_MS - 1, live],
    [ROTATION_MEMORY_MS, shared(1)],
    [ROTATION_MEMORY_MS + 1, shared(1)],
  ])("which rotated the token %i ms ago itself is %j", (ageMs, decision) => {
    const elsewhere = { network: "elsewhere", at: NOW - ageMs };
    expect(decide(rotated({ rotationNetworks: [HOME, elsewhere] }))).toEqual(decision);
  });

  test("is not compared if either network is unknown", () => {
    expect(decide(rotated(), { network: null })).toEqual(live);
    expect(decide(rotated({ rotationNetworks: [] }))).toEqual(live);
    expect(decide(rotated({ rotationNetworks: [{ network: "home", at: NOW - 1 }] }))).toEqual(live);
  });
});

describe("a token that is not shared", () => {
  test("is the previous one from the network of the rotation, and the current one from anywhere", () => {
    expect(decide(rotated(), { network: "home" })).toEqual(live);
    expect(decide(rotated(), { generation: 5 })).toEqual(live);
  });

  test("is any token of a bound session", () => {
    const bound = rotated({ keyThumbprint: "key", sharing: { generation: 4, rotations: 2 } });
    expect(decide(bound, { proof: { thumbprint: "key" } })).toEqual(live);
  });
});

describe("another device than before", () => {
  const device = { label: "Firefox on Linux", userAgent: null, ip: null };
  const nameless = { label: null, userAgent: "x", ip: null };
  const changed = (before: string) => ({
    kind: "noted",
    note: { sharedRotations: null, deviceChange: { before, after: "curl" } },
  });
  const present = (state: Partial<Session>, deviceLabel: string | null = "curl") =>
    decide(rotated({ device, lastSeen: device, ...state }), { generation: 5, deviceLabel });

  test("is noted, compared with the newest refresh", () => {
    expect(present({})).toEqual(changed("Firefox on Linux"));
    expect(present({ lastSeen: { ...device, label: "Safari" } })).toEqual(changed("Safari"));
    expect(present({}, "Firefox on Linux")).toEqual(live);
  });

  test("is compared with the sign-in if the newest refresh named none", () => {
    expect(present({ lastSeen: nameless })).toEqual(changed("Firefox on Linux"));
  });

  test("is not noted if either device is unknown, or the session is bound", () => {
    expect(present({}, null)).toEqual(live);
    expect(present({ device: nameless, lastSeen: nameless })).toEqual(live);
    const bound = rotated({ device, lastSeen: device, keyThumbprint: "key" });
    expect(decide(bound, { deviceLabel: "curl", proof: { thumbprint: "key" } })).toEqual(live);
  });

  test.each([
    [DEVICE_CHANGE_INTERVAL_MS - 1, live],
    [DEVICE_CHANGE_INTERVAL_MS, changed("Firefox on Linux")],
  ])("%i ms after the last such note is %j", (ageMs, decision) => {
    expect(present({ deviceChangedAt: NOW - ageMs })).toEqual(decision);
  });

  test("is noted together with a shared token", () => {
    expect(decide(rotated({ device, lastSeen: device }), { deviceLabel: "curl" })).toEqual({
      kind: "noted",
      note: { sharedRotations: 1, deviceChange: { before: "Firefox on Linux", after: "curl" } },
    });
  });
});
