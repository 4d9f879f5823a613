import { once } from "node:events";
import { connect, createServer } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { FaultyProxy } from "../postgres/faulty-proxy.js";

/** Opens a connection through a proxy, and returns both ends of it. */
async function openConnection() {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const proxy = await FaultyProxy.before(`postgres://127.0.0.1:${port}`);
  onTestFinished(async () => {
    await proxy.close();
    server.close();
  });
  const client = connect(Number(new URL(proxy.url).port), "127.0.0.1");
  const [answering] = await once(server, "connection");
  return { proxy, client, answering: /** @type {import("node:net").Socket} */ (answering) };
}

test("the faulty proxy delays answers in order, although the timer of a later one fires first", async () => {
  const { proxy, client, answering } = await openConnection();
  const seen = vi.spyOn(performance, "now");
  onTestFinished(() => seen.mockRestore());
  seen.mockReturnValue(1000);
  proxy.delay(60);
  answering.write("first ");
  await vi.waitFor(() => expect(seen).toHaveBeenCalled(), { interval: 1 });
  // Node rounds delays: here by far more, so that the order of the timers is certain.
  seen.mockReturnValue(1055);
  proxy.delay(0);
  answering.write("second");
  let text = "";
  client.on("data", (chunk) => {
    text += chunk;
  });
  await vi.waitFor(() => expect(text).toHaveLength("first second".length), { interval: 5 });
  expect(text).toBe("first second");
});
