import { createHttp, mountRoutes } from "@curfew/http";
import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { healthRoutes } from "../../../src/operations/health-routes.js";

interface Condition {
  readonly fresh: boolean;
  readonly stopping?: boolean;
  now(): Promise<number>;
}

/** Creates an app with only the health routes, and collects its timers. */
function create({ fresh, stopping = false, now }: Condition) {
  const timers: (() => void)[] = [];
  const curfew = { feedHealth: () => ({ fresh, ageMs: fresh ? 10 : 5000 }) };
  const http = createHttp({
    curfew: curfew as never,
    publicUrl: "http://localhost:4000",
    secrets: [new Uint8Array(32)],
    accountName: () => "",
  });
  const setTimer = (task: () => void): NodeJS.Timeout => {
    timers.push(task);
    return setTimeout(() => undefined, 0);
  };
  const app = new Hono();
  mountRoutes(app, healthRoutes({ curfew, store: { now }, isStopping: () => stopping, setTimer }), http);
  return { app, timers };
}

const answering = async (): Promise<number> => 1;

describe("/healthz", () => {
  it("is 200 even if the database is down", async () => {
    const { app } = create({ fresh: false, now: () => Promise.reject(new Error("down")) });
    const answer = await app.request("/healthz");
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ status: "ok" });
  });
});

describe("/readyz", () => {
  it("is 200 while the database answers and the feed is fresh", async () => {
    const answer = await create({ fresh: true, now: answering }).app.request("/readyz");
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ status: "ok" });
  });

  it.each<[string, Condition]>([
    ["the feed is stale", { fresh: false, now: answering }],
    ["the service stops", { fresh: true, stopping: true, now: answering }],
    ["the database fails", { fresh: true, now: () => Promise.reject(new Error("down")) }],
  ])("is 503 with Retry-After while %s", async (_why, condition) => {
    const answer = await create(condition).app.request("/readyz");
    expect(answer.status).toBe(503);
    expect(answer.headers.get("Retry-After")).toBe("1");
    expect(await answer.json()).toMatchObject({ code: "unavailable" });
  });

  it("is 503 if the database does not answer within a second", async () => {
    const { app, timers } = create({ fresh: true, now: () => new Promise(() => undefined) });
    const answering = app.request("/readyz");
    await new Promise((resolve) => setImmediate(resolve));
    expect(timers).toHaveLength(1);
    timers[0]?.();
    expect((await answering).status).toBe(503);
  });
});
