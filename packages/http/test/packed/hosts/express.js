import { createHandler } from "@curfew/http";
import { curfewExpress, requireSession, sessionOf } from "@curfew/http/express";
import express from "express";
import session from "express-session";
import { openEngine, print, publicUrl, secret, tell, userOf } from "./engine.js";

const { curfew, close } = await openEngine();
const sessions = createHandler({
  curfew,
  publicUrl,
  secrets: [secret],
  accountName: () => "Acme",
  hostSession: (_request, req) => sessionOf(req, { accountId: "acme", user: req.session.user }),
  activity: "reported",
});
const app = express();
app.use(session({ secret: "a secret", resave: false, saveUninitialized: false }), express.json());
app.use(curfewExpress(sessions));
app.post("/login/:id", (req, res) => {
  req.session.user = userOf(req.params.id);
  res.sendStatus(204);
});
app.get("/reports", requireSession(sessions, { role: "owner" }), (req, res) => {
  res.json({ accountId: req.curfew.accountId });
});
const server = app.listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
print(
  await tell(`http://127.0.0.1:${server.address().port}`, (id) => (call) => call("POST", `/login/${id}`)),
);
server.close();
server.closeAllConnections();
await close();
