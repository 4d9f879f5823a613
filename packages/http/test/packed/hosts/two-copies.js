import { isCurfewError } from "@curfew/core";
import { createHandler } from "@curfew/http";
import { byCookie, nobody, openEngine, print, publicUrl, secret } from "./engine.js";

/** The engine and its errors are of this project's copy of core, and the handler has one of its own. */
const { curfew, close } = await openEngine();
const sessions = createHandler({
  curfew,
  publicUrl,
  secrets: [secret],
  accountName: () => "Acme",
  hostSession: byCookie,
  activity: "reported",
});
const request = new Request(`${publicUrl}/notes`, { headers: { cookie: "person=ada" } });
const { state } = await sessions.current(request);
await curfew.revoke.account("acme", { actor: nobody });
const error = await sessions.require(request).catch((reason) => reason);
const answer = sessions.problem(error);
const nobodys = await sessions.handler(new Request(`${publicUrl}/api/auth/session`));
const copies = await Promise.all(
  ["@curfew/core", "./node_modules/@curfew/http/node_modules/@curfew/core/dist/src/index.js"].map(
    (path) => import(path),
  ),
);
print({
  copies: new Set(copies.map(({ CurfewError }) => CurfewError)).size,
  known: copies.map((copy) => copy.isCurfewError(error, "session_revoked")),
  seen: [state, isCurfewError(error)],
  answers: [answer.status, nobodys.status],
});
await close();
