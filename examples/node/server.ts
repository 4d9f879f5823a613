import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { currentOf, requireSession, toNodeHandler } from "@curfew/http/node";
import { personOf } from "./people.js";
import { beginSession, endSession, sessions } from "./sessions.js";

const json = (res: ServerResponse, status: number, body: unknown, headers = {}) =>
  res
    .writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store", ...headers })
    .end(JSON.stringify(body));

const routes: Readonly<Record<string, (req: IncomingMessage, res: ServerResponse) => unknown>> = {
  async "GET /"(req, res) {
    const current = await currentOf(sessions, req);
    json(res, 200, { state: current.state, reason: current.state === "ended" ? current.reason : undefined });
  },

  async "POST /sign-in"(req, res) {
    const person = personOf(Object.fromEntries(new URLSearchParams(await text(req))));
    if (person === undefined) return void json(res, 401, { error: "The e-mail or the password is wrong." });
    await endSession(req.headers.cookie);
    json(res, 200, { name: person.name }, { "Set-Cookie": beginSession(person) });
  },

  async "POST /sign-out"(req, res) {
    await endSession(req.headers.cookie);
    res.writeHead(204, { "Set-Cookie": "own_session=; Path=/; Max-Age=0" }).end();
  },

  "GET /notes": requireSession(sessions, (_req, res, { identity }) =>
    json(res, 200, { notesOf: identity.userId }),
  ),
  "GET /billing": requireSession(
    sessions,
    (_req, res, { identity }) => json(res, 200, { billingOf: identity.accountId }),
    { role: "owner" },
  ),
};

const answerCurfew = toNodeHandler(sessions);

async function answer(req: IncomingMessage, res: ServerResponse) {
  if (!req.url?.startsWith("/")) return void res.writeHead(400).end(); // Such as `*`, or a whole URL.
  const { pathname } = new URL(`${sessions.publicUrl}${req.url}`);
  // Curfew's routes, and a 404 for all else.
  await (routes[`${req.method} ${pathname}`] ?? answerCurfew)(req, res);
}

const server = createServer((req, res) => {
  answer(req, res).catch((error) => {
    console.error(error);
    if (res.headersSent) return void res.destroy();
    // Where Curfew's database is down, what Curfew throws is a 503, never a sign-out.
    const isDown = sessions.problem(error)?.status === 503;
    const sorry = isDown ? "Please try again in a moment. You are still signed in." : "";
    res.writeHead(isDown ? 503 : 500, { "Content-Type": "text/plain" }).end(sorry);
  });
});
server.listen(Number(process.env["PORT"] ?? 3000), "127.0.0.1");
