import { systemScheduler } from "@curfew/core";
import { createHandler, createHttp, curfewRoutes, mountRoutes } from "@curfew/http";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { openEngine } from "./engine.js";

/**
 * A host's server, whose routes read the cookie of its own sign-in. `/current` also asks Curfew. `/bare` answers what a member gets
 * at the account's policy, which the process asks beforehand.
 */
const [folder = ""] = process.argv.slice(2);
const { curfew } = await openEngine(folder, { scheduler: systemScheduler });
await curfew.ready();
const user = { id: "ben", name: "Ben", email: "ben@example.com", role: /** @type {const} */ ("member") };
const startedAt = Date.now();
const options = {
  curfew,
  publicUrl: "https://bench.example",
  secrets: [new Uint8Array(32).fill(7)],
  accountName: () => "Example",
};
/** @param {Request} request */
const hostSessionIdOf = (request) => /sid=(\w+)/.exec(request.headers.get("cookie") ?? "")?.[1];
const sessions = createHandler({
  ...options,
  activity: "reported",
  hostSession: async (/** @type {Request} */ request) => {
    const hostSessionId = hostSessionIdOf(request);
    return hostSessionId === undefined ? null : { accountId: "example", hostSessionId, user, startedAt };
  },
});
const { accessToken } = await curfew.sessions.start({ accountId: "example", user });

const app = new Hono();
const http = createHttp(options);
mountRoutes(app, curfewRoutes(http), http);
app.get("/own", async (c) =>
  hostSessionIdOf(c.req.raw) === undefined ? c.json({ hello: "stranger" }, 401) : c.json({ hello: "world" }),
);
app.get("/current", async (c) => {
  const { state } = await sessions.current(c.req.raw, c.env);
  return state === "signed_in" ? c.json({ hello: "world" }) : c.json({ state }, 401);
});
const refused = new Hono();
mountRoutes(refused, curfewRoutes(http), http);
const policy = await refused.request("/api/accounts/me/security", {
  headers: { authorization: `Bearer ${accessToken}` },
});
const [body, headers] = [await policy.json(), Object.fromEntries(policy.headers)];
app.get("/bare", (c) => c.json(body, 403, headers));

serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) =>
  process.send?.({ port, accessToken }),
);
process.once("disconnect", () => process.exit());
