import { createHandler } from "@curfew/http";
import { curfewFastify } from "@curfew/http/fastify";
import Fastify from "fastify";
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
const app = Fastify({ forceCloseConnections: true });
await app.register(curfewFastify, { sessions });
app.post("/login/:id", (request, reply) =>
  reply.header("set-cookie", `person=${request.params.id}`).code(204).send(),
);
app.get("/reports", { preHandler: app.requireSession({ role: "owner" }) }, (request) => ({
  accountId: request.curfew.accountId,
}));
const origin = await app.listen({ host: "127.0.0.1", port: 0 });
print(await tell(origin, (id) => (call) => call("POST", `/login/${id}`)));
await app.close();
await close();
