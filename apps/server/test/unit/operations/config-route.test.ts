import { describe, expect, test } from "vitest";
import { configRoute } from "../../../src/operations/config-route.js";

describe("the configuration", () => {
  test("has the setting of the warning time", async () => {
    const route = configRoute({
      registration: "open",
      warningSeconds: 600,
      now: () => 0,
      hasAccount: async () => true,
    });
    const answer = await route.handler({} as Parameters<typeof route.handler>[0]);
    expect(answer).toMatchObject({ status: 200, body: { warning_seconds: 600, first_run: false } });
  });
});
