import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type RunningServer, runServer } from "../../support/run-server.js";
import { transpile } from "../../support/transpile.js";

const FOLDER = new URL("../", import.meta.url);

let server: RunningServer;

beforeAll(async () => {
  await transpile(fileURLToPath(FOLDER));
  server = await runServer(FOLDER, ["dist/server.js"]);
}, 300_000);

afterAll(() => server?.stop());

const signIn = async (email: string): Promise<string> => {
  const body = new URLSearchParams({ email, password: "an example password" });
  const response = await fetch(`${server.origin}/sign-in`, { method: "POST", body });
  return response.headers.get("set-cookie")?.split(";")[0] ?? "";
};

const connect = (cookie: string, origin = server.origin): WebSocket =>
  new WebSocket(server.origin.replace("http", "ws"), { origin, headers: { cookie } });

const refusalOf = async (socket: WebSocket): Promise<string> => String((await once(socket, "error"))[0]);

/** A socket that has been answered once. */
async function liveSocket(cookie: string): Promise<WebSocket> {
  const socket = connect(cookie);
  await once(socket, "open");
  socket.send("hello");
  await once(socket, "message");
  return socket;
}

describe("WebSockets", () => {
  test("are closed with the reason when an owner signs everyone out, and another company's stay", async () => {
    const [ada, ben, cleo] = [
      await signIn("ada@acme.example"),
      await signIn("ben@acme.example"),
      await signIn("cleo@globex.example"),
    ];
    const [socket, other] = [await liveSocket(ben), await liveSocket(cleo)];
    const hoarded = await signIn("ben@acme.example");
    const closed = once(socket, "close");
    const revoke = `${server.origin}/api/accounts/me/security/revoke-sessions`;
    expect((await fetch(revoke, { method: "POST", headers: { cookie: ada } })).status).toBe(200);
    const [code, reason] = await closed;
    expect([code, String(reason)]).toEqual([4401, "revoked_by_owner"]);
    for (const cookie of [ben, hoarded]) expect(await refusalOf(connect(cookie))).toContain("401");
    other.send("still here");
    expect(String((await once(other, "message"))[0])).toBe("Cleo Marsh: still here");
    other.close();
  });

  test("are refused to nobody, and to another site's page", async () => {
    expect(await refusalOf(connect(""))).toContain("401");
    const cookie = await signIn("cleo@globex.example");
    expect(await refusalOf(connect(cookie, "https://evil.example"))).toContain("401");
    expect(await refusalOf(connect(`connect.${cookie}`))).toContain("401");
  });

  test("are closed when the session signs out", async () => {
    const cookie = await signIn("cleo@globex.example");
    const socket = await liveSocket(cookie);
    const closed = once(socket, "close");
    await fetch(`${server.origin}/api/auth/logout`, { method: "POST", headers: { cookie } });
    expect(String((await closed)[1])).toBe("signed_out");
  });
});
