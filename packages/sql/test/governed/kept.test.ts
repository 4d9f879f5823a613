import type { Curfew } from "@curfew/core";
import { describe, expect, test } from "vitest";
import { MINUTE, openReplicas, revoked } from "./governed-engine.js";

const DAY = 24 * 60 * MINUTE;
/** The default of the longest absolute lifetime. */
const LONGEST_DAYS = 90;

const sweepAll = async (curfew: Curfew): Promise<void> => {
  while ((await curfew.sweep()).more);
};

describe("a governed session that has ended", () => {
  test.each([
    ["its start", undefined, LONGEST_DAYS],
    ["the switch", 5 * DAY, LONGEST_DAYS + 5],
  ])("is kept until the longest absolute lifetime after %s is over", async (_from, sinceMs, days) => {
    const begun = Date.UTC(2026, 0, 5, 9);
    const options = sinceMs === undefined ? {} : { governedSince: begun + sinceMs };
    const { clock, here, there, hostSession, key } = await openReplicas(options);
    const input = hostSession();
    await here.governed.open(input);
    await here.governed.end(key);
    clock.stall(days * DAY);
    await sweepAll(there);
    for (const curfew of [here, there])
      await expect(curfew.governed.open(input)).rejects.toMatchObject(revoked("signed_out"));
    await expect(there.governed.import([input])).resolves.toMatchObject({ opened: 0, known: 1 });
    clock.stall(1);
    await sweepAll(there);
    await expect(there.governed.check(key)).rejects.toMatchObject({ code: "not_found" });
  });

  test("is kept for thirty days after an end that came later than that", async () => {
    const { clock, here, hostSession, key } = await openReplicas();
    const startedAt = clock.now() - (LONGEST_DAYS - 1) * DAY;
    await here.policy.update(
      "acme",
      { idleMinutes: 43_200, absoluteMinutes: 129_600 },
      { actor: { userId: null, sessionId: null, ip: null } },
    );
    await here.governed.open(hostSession({ startedAt }));
    await here.governed.end(key);
    clock.stall(30 * DAY);
    await sweepAll(here);
    await expect(here.governed.open(hostSession({ startedAt }))).rejects.toMatchObject(revoked("signed_out"));
    clock.stall(1);
    await sweepAll(here);
    await expect(here.governed.check(key)).rejects.toMatchObject({ code: "not_found" });
  });
});
