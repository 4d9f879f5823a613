import { systemScheduler } from "@curfew/core";
import { requireSession } from "@curfew/http/hono";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { openEngine } from "./engine.js";

const [folder = ""] = process.argv.slice(2);
const { curfew } = await openEngine(folder, { scheduler: systemScheduler });
await curfew.ready();
const { accessToken } = await curfew.sessions.start({
  accountId: "example",
  user: { id: "owner", name: "Olive Owner", email: "olive@example.com", role: "owner" },
});

const app = new Hono();
/** @type {import("hono").Handler} */
const answer = (c) => c.json({ hello: "world" });
app.get("/open", answer);
app.get("/handed", requireSession(curfew, answer));
app.get("/behind", requireSession(curfew), answer);
app.get("/passed", (_c, next) => next(), answer);
serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) =>
  process.send?.({ port, accessToken }),
);
process.once("disconnect", () => process.exit());
