import { systemScheduler } from "@curfew/core";
import { requireSession } from "@curfew/http";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { openPostgresEngine } from "./postgres.js";

/** A server that embeds the engine, with one route that does not query the database while the feed is fresh. */
process.once(
  "message",
  async (/** @type {{ url: string, secret: string, issuer: string }} */ { url, secret, issuer }) => {
    const { curfew } = await openPostgresEngine(url, {
      secret: Buffer.from(secret, "base64"),
      issuer,
      scheduler: systemScheduler,
    });
    await curfew.ready();
    const app = new Hono();
    app.use("/guarded", requireSession(curfew));
    app.get("/guarded", (c) => c.json({ hello: "world" }));
    app.get("/fresh", (c) => c.json({}, curfew.feedHealth().fresh ? 200 : 503));
    serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) => process.send?.(port));
  },
);
process.once("disconnect", () => process.exit());
