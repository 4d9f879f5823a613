import { createHttp, curfewRoutes } from "@curfew/http";
import { mountRoutes, requireSession } from "@curfew/http/hono";
import { Hono } from "hono";
import { nobody, openEngine, print, publicUrl, secret, userOf } from "./engine.js";

/** Routes on an app of the host's own hono, checked by the host's own zod. */
const { curfew, close } = await openEngine();
const http = createHttp({ curfew, publicUrl, secrets: [secret], accountName: () => "Acme" });
const app = new Hono();
mountRoutes(app, curfewRoutes(http), http);
app.get("/notes", requireSession(curfew), (c) => c.json(c.var.identity.userId));

const { accessToken } = await curfew.sessions.start({ accountId: "acme", user: userOf("ada") });
const headers = { authorization: `Bearer ${accessToken}`, "content-type": "application/json" };
const ask = async (path, init = {}) => {
  const response = await app.request(path, { headers, ...init });
  return [response.status, await response.json()];
};
const patch = (body) => ask("/api/accounts/me/security", { method: "PATCH", body: JSON.stringify(body) });
const [, policy] = await patch({ idle_minutes: 30 });
const [status, { errors }] = await patch({ idle_minutes: "30", other: 1 });
const said = {
  notes: await ask("/notes"),
  idle: policy.idle_minutes,
  faults: [status, errors.map(({ field, code }) => [field, code])],
};
await curfew.revoke.account("acme", { actor: nobody });
const [after, { code, reason }] = await ask("/notes");
print({ ...said, after: [after, code, reason] });
await close();
