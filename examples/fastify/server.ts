import { curfewFastify, currentOf } from "@curfew/http/fastify";
import fastifyCookie from "@fastify/cookie";
import fastifySession from "@fastify/session";
import Fastify from "fastify";
import { personOf } from "./people.js";
import { endSession, sessions } from "./sessions.js";

const { PORT = "3000", COOKIE_SECRET = "" } = process.env;
const app = Fastify();
await app.register(fastifyCookie);
await app.register(fastifySession, {
  secret: COOKIE_SECRET,
  cookie: { sameSite: "lax", secure: "auto" },
  saveUninitialized: false,
});
await app.register(curfewFastify, { sessions });
app.addHook("onRequest", async (_request, reply) => {
  reply.header("Cache-Control", "no-store");
});

// Where Curfew's database is down, what Curfew throws is a 503, never a sign-out.
app.setErrorHandler(async (error, _request, reply) => {
  const problem = sessions.problem(error);
  if (problem?.status !== 503) throw error;
  console.error(error);
  return reply
    .code(503)
    .headers(Object.fromEntries(problem.headers))
    .send(await problem.text());
});

app.post<{ Body: { email: string; password: string } }>("/sign-in", async (request, reply) => {
  const user = personOf(request.body);
  if (user === undefined) return reply.code(401).send({ error: "The e-mail or the password is wrong." });
  await endSession(request);
  await request.session.regenerate();
  Object.assign(request.session, { user, signedInAt: Date.now() });
  return reply.code(204).send();
});

app.post("/sign-out", async (request, reply) => {
  await endSession(request);
  await request.session.destroy();
  return reply.code(204).send();
});

app.get("/", async (request) => {
  const current = await currentOf(sessions, request);
  return { state: current.state, reason: current.state === "ended" ? current.reason : undefined };
});
app.get("/notes", { preHandler: app.requireSession() }, async (request) => ({
  notesOf: request.curfew.userId,
}));
app.get("/billing", { preHandler: app.requireSession({ role: "owner" }) }, async (request) => ({
  billingOf: request.curfew.accountId,
}));

await app.listen({ port: Number(PORT), host: "127.0.0.1" });
