import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { createCurfew } from "@curfew/core";
import { createHandler } from "@curfew/http";
import { toNodeHandler } from "@curfew/http/node";
import { createSqlStore, migrateStore, openSqlite } from "@curfew/sql";
import { acceptSockets } from "./live.js";
import { sessionOf, signIn } from "./sign-in.js";

const { PORT = "3000", SESSIONS_DB: path = "sessions.db", SESSIONS_SECRET = "" } = process.env;
const { PUBLIC_URL: publicUrl = `http://localhost:${PORT}` } = process.env;

const database = openSqlite({ path });
await migrateStore(database);
const secret = Buffer.from(SESSIONS_SECRET, "base64"); // 32 bytes or more
const governedSince = Date.parse("2026-11-30T06:00:00Z"); // Change it: the moment of your deployment.
const store = createSqlStore(database);
const curfew = createCurfew({ store, secret, issuer: publicUrl, owners: "host", governedSince });
const answerCurfew = toNodeHandler(
  createHandler({
    curfew,
    publicUrl,
    secrets: [secret],
    accountName: (accountId) => accountId,
    hostSession: (request) => sessionOf(request.headers.get("cookie")),
    activity: "reported",
  }),
);

const server = createServer(async (req, res) => {
  if (req.url?.startsWith("/api/")) return void answerCurfew(req, res);
  const form = new URLSearchParams(await text(req).catch(() => ""));
  const cookie = req.method === "POST" ? signIn(form.get("email"), form.get("password")) : null;
  res.writeHead(cookie ? 204 : 401, cookie ? { "set-cookie": cookie } : {}).end();
});
acceptSockets(server, curfew, publicUrl);
server.listen(Number(PORT), "127.0.0.1");
