import { once } from "node:events";
import { createConnection } from "node:net";
import { Writable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import type { Curfew } from "@curfew/core";
import Fastify, { type FastifyRequest } from "fastify";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { curfewFastify } from "../../src/adapters/fastify.js";
import { createHandler } from "../../src/index.js";
import { ben, openEngine, PUBLIC_URL } from "../support/test-handler.js";

/** Serves a member's session, which is found once `finding` has resolved. */
async function openHost({ finding = async (_request: FastifyRequest): Promise<unknown> => null } = {}) {
  const { curfew, secret, clock } = await openEngine();
  const released = vi.fn();
  const watch: Curfew["sessions"]["watch"] = async (...given) => {
    const watched = await curfew.sessions.watch(...given);
    return { ...watched, stop: () => released(watched.stop()) };
  };
  const sessions = createHandler({
    curfew: { ...curfew, sessions: { ...curfew.sessions, watch } },
    publicUrl: PUBLIC_URL,
    secrets: [secret],
    accountName: () => "Acme",
    hostSession: async (_request, request: FastifyRequest) => {
      await finding(request);
      return { accountId: "acme", hostSessionId: "one", user: ben, startedAt: clock.now() };
    },
    activity: "reported",
  });
  const told: unknown[] = [];
  const stream = new Writable({
    write(line, _encoding, done) {
      told.push(JSON.parse(String(line)).msg);
      done();
    },
  });
  const app = Fastify({ logger: { level: "warn", stream } });
  await app.register(curfewFastify, { sessions });
  onTestFinished(() => app.close());
  return {
    app,
    released,
    told,
    /** Sends a request on a connection of its own. */
    async send(method: string, path: string) {
      const { port } = new URL(await app.listen({ host: "127.0.0.1", port: 0 }));
      const client = createConnection(Number(port), "127.0.0.1");
      client.write(`${method} ${path} HTTP/1.1\r\nHost: app.example\r\nContent-Length: 0\r\n\r\n`);
      return client;
    },
  };
}

/** A host whose client leaves while its session is looked up. */
async function openLeftHost() {
  let leave = (): void => undefined;
  const host = await openHost({
    finding: async ({ raw }) => {
      leave();
      await once(raw.socket, "close");
    },
  });
  return {
    ...host,
    async send(method: string, path: string) {
      const client = await host.send(method, path);
      leave = () => void client.destroy();
    },
  };
}

const happened = (happening: () => void): Promise<void> =>
  vi.waitFor(() => expect(happening).toHaveBeenCalledOnce(), 30_000);

describe("a client of Fastify that leaves", () => {
  test("while it reads its events is no fault, and its stream is released", async () => {
    const { send, released, told } = await openHost();
    const client = await send("GET", "/api/auth/events");
    await once(client, "data");
    client.destroy();
    await happened(released);
    await turn();
    expect(told).toEqual([]);
  });

  test("before its events begin is no fault, and its stream is released", async () => {
    const { send, released, told } = await openLeftHost();
    await send("GET", "/api/auth/events");
    await happened(released);
    await turn();
    expect(told).toEqual([]);
  });

  test("while it is refused does not reach the host's route", async () => {
    const { app, send, told } = await openLeftHost();
    const [refused, deleted] = [vi.fn(), vi.fn()];
    const guard = app.requireSession({ role: "owner" });
    const preHandler = async (...[request, reply]: Parameters<typeof guard>) => {
      await guard(request, reply);
      refused(reply.sent);
    };
    app.delete("/company", { preHandler }, () => deleted());
    await send("DELETE", "/company");
    await happened(refused);
    await turn();
    expect([refused.mock.calls, deleted.mock.calls, told]).toEqual([[[true]], [], []]);
  });
});

test("an app of Fastify that closes ends the event streams, for which it would wait", async () => {
  const { app, send, released } = await openHost();
  const client = await send("GET", "/api/auth/events");
  await once(client, "data");
  const ended = once(client, "close");
  client.resume();
  await app.close();
  await ended;
  expect(released).toHaveBeenCalledOnce();
});
