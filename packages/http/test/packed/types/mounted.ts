import type { Http } from "@curfew/http";
import { curfewRoutes } from "@curfew/http";
import { mountRoutes, requireSession, type SessionEnv } from "@curfew/http/hono";
import { grantSchema } from "@curfew/http/wire";
import { Hono } from "hono";

export const grant = grantSchema;

export function mount(http: Http): Hono<SessionEnv> {
  const app = new Hono<SessionEnv>();
  mountRoutes(app, curfewRoutes(http), http);
  app.get("/notes", requireSession(http.curfew), (c) => c.json({ by: c.var.identity.userId }));
  app.get(
    "/notes/:id",
    requireSession(http.curfew, async (c) => c.json({ by: c.var.identity.userId, id: c.req.param("id") })),
  );
  return app;
}
