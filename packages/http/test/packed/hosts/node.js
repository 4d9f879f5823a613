import { createServer } from "node:http";
import { createHandler } from "@curfew/http";
import { requireSession, toNodeHandler } from "@curfew/http/node";
import { byCookie, openEngine, print, publicUrl, secret, tell } from "./engine.js";

const { curfew, close } = await openEngine();
const sessions = createHandler({
  curfew,
  publicUrl,
  secrets: [secret],
  accountName: () => "Acme",
  hostSession: byCookie,
  activity: "reported",
});
const curfewRoutes = toNodeHandler(sessions);

const reports = requireSession(
  sessions,
  (_req, res, { identity }) =>
    res.setHeader("content-type", "application/json").end(JSON.stringify({ accountId: identity.accountId })),
  { role: "owner" },
);

const server = createServer((req, res) => {
  const url = new URL(req.url, publicUrl);
  if (sessions.handles(url)) return curfewRoutes(req, res);
  if (req.url.startsWith("/login/"))
    return res.writeHead(204, { "set-cookie": `person=${req.url.slice("/login/".length)}` }).end();
  return reports(req, res);
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
print(
  await tell(`http://127.0.0.1:${server.address().port}`, (id) => (call) => call("POST", `/login/${id}`)),
);
server.close();
server.closeAllConnections();
await close();
