import { createServer } from "node:http";
import { createHandler } from "@curfew/http";
import { toNodeHandler } from "@curfew/http/node";
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

async function reports(request) {
  try {
    const { accountId } = await sessions.require(request, { role: "owner" });
    return Response.json({ accountId });
  } catch (error) {
    return sessions.problem(error);
  }
}

const server = createServer(async (req, res) => {
  const request = new Request(new URL(req.url, publicUrl), { method: req.method, headers: req.headers });
  if (sessions.handles(request)) return curfewRoutes(req, res);
  if (req.url.startsWith("/login/"))
    return res.writeHead(204, { "set-cookie": `person=${req.url.slice("/login/".length)}` }).end();
  const response = await reports(request);
  res.writeHead(response.status, Object.fromEntries(response.headers)).end(await response.text());
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
print(
  await tell(`http://127.0.0.1:${server.address().port}`, (id) => (call) => call("POST", `/login/${id}`)),
);
server.close();
server.closeAllConnections();
await close();
