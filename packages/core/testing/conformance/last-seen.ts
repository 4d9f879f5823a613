import { DEVICE_CHANGE_INTERVAL_MS } from "../../src/session/refresh-decision.js";
import type { Device } from "../../src/session/session.js";
import type { Suite } from "./suite.js";
import { eventOf, GRACE_MS } from "./test-context.js";

const FIREFOX: Device = { label: "Firefox on Linux", userAgent: "Mozilla/5.0", ip: "192.0.2.7" };
const SAFARI: Device = { label: "Safari on iOS", userAgent: "Mobile Safari", ip: "2001:db8::1" };
const NAMELESS: Device = { label: null, userAgent: null, ip: "198.51.100.1" };

/** `refreshSession` and `refreshAndNote`: the device of the newest refresh, and when it becomes another one. */
export function describeLastSeen({ describe, test, expect }: Suite): void {
  describe("the device of a session's newest refresh", () => {
    test("is that of the sign-in before the first refresh, and after one without a device", async (context) => {
      const { session } = await context.signIn({ device: FIREFOX });
      expect(session.lastSeen).toEqual(FIREFOX);
      expect((await context.refresh(session))?.session).toMatchObject({ device: FIREFOX, lastSeen: FIREFOX });
    });

    test("is stored beside that of the sign-in, and listed", async (context) => {
      const { session } = await context.signIn({ keyThumbprint: "key", device: FIREFOX });
      for (const device of [SAFARI, NAMELESS, FIREFOX, SAFARI]) {
        expect((await context.refresh(session, { device }))?.session).toMatchObject({ lastSeen: device });
        expect(await context.readSession(session)).toMatchObject({ device: FIREFOX, lastSeen: device });
      }
      const input = { accountId: context.accountId, limit: 1, after: null };
      const [item] = (await context.store.listSessions(input)).items;
      expect(item?.session).toMatchObject({ device: FIREFOX, lastSeen: SAFARI });
    });

    test("is stored with the previous token too, and not if the refresh is refused", async (context) => {
      const { session } = await context.signIn({ device: NAMELESS });
      await context.refresh(session);
      await context.refresh(session, { device: FIREFOX });
      expect(await context.readSession(session)).toMatchObject({ lastSeen: FIREFOX });
      context.clock.stall(GRACE_MS);
      expect(await context.refresh(session, { device: NAMELESS })).toBe(null);
      expect(await context.readSession(session)).toMatchObject({ lastSeen: FIREFOX });
    });
  });

  describe("refreshSession of an unbound session on another device", () => {
    test("returns null if the label differs from the newest refresh's, else from the sign-in's", async (context) => {
      const { session } = await context.signIn({ device: FIREFOX });
      expect(await context.refresh(session, { device: SAFARI })).toBe(null);
      for (const device of [FIREFOX, NAMELESS, FIREFOX])
        expect(await context.refresh(session, { device })).toMatchObject({ session: { lastSeen: device } });
      expect(await context.refresh(session, { device: SAFARI })).toBe(null);
    });

    test("renews if the sign-in named no device", async (context) => {
      const { session } = await context.signIn({ device: NAMELESS });
      expect(await context.refresh(session, { device: SAFARI })).toMatchObject({
        session: { lastSeen: SAFARI },
      });
    });

    test("renews for an hour after refreshAndNote has recorded a change", async (context) => {
      const { session } = await context.signIn({ device: FIREFOX });
      const now = context.clock.now();
      const noted = await context.store.refreshAndNote({
        accountId: context.accountId,
        sessionId: session.id,
        generation: 0,
        provenThumbprint: null,
        idleForMs: 0,
        graceMs: GRACE_MS,
        network: null,
        device: SAFARI,
        decidedOn: session,
        sharedRotations: null,
        deviceChanges: true,
        events: [eventOf("session.device_changed", { sessionId: session.id })],
      });
      expect(noted?.session).toMatchObject({
        generation: 1,
        rotatedAt: now,
        sharing: null,
        lastSeen: SAFARI,
        deviceChangedAt: now,
      });
      expect((await context.auditTrail("session.device_changed")).length).toBe(1);
      const refresh = (device: Device) => context.refresh(session, { generation: 1, device });
      context.clock.stall(DEVICE_CHANGE_INTERVAL_MS - 1);
      expect(await refresh(FIREFOX)).toMatchObject({ session: { deviceChangedAt: now } });
      context.clock.stall(1);
      expect(await context.refresh(session, { generation: 2, device: SAFARI })).toBe(null);
    });
  });
}
