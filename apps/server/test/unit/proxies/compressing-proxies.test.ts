import { createApi, createFetchSend } from "@curfew/client/api";
import { describe, expect, test } from "vitest";
import { HOST } from "../process/open-listener.js";
import { NGINX, startNginx } from "./nginx.js";
import { serveAccount } from "./served-account.js";
import { startStandIn } from "./stand-in-proxy.js";

const POLICY = "/api/accounts/me/security";

type StartProxy = (servicePort: number) => Promise<number>;

const proxies: [name: string, tag: string, start: StartProxy][] = [
  ["a proxy that weakens the tag", 'W/"1"', (port) => startStandIn(port, (tag) => `W/${tag}`)],
  [
    "a proxy that appends to the tag",
    '"1-gzip"',
    (port) => startStandIn(port, (tag) => tag.replace(/"$/, '-gzip"')),
  ],
];
const nginx = NGINX;
if (nginx === undefined)
  process.stdout.write("not run: the policy behind nginx with gzip: nginx is not installed\n");
else
  proxies.push([
    "nginx with gzip",
    'W/"1"',
    (port) => startNginx(nginx, port, "gzip on; gzip_types application/json;"),
  ]);

describe.each(proxies)("behind %s", (_, tag, start) => {
  async function open() {
    const { port: servicePort, token } = await serveAccount();
    const port = await start(servicePort);
    const call = (method: string, headers: Record<string, string>, body?: object) =>
      fetch(`http://${HOST}:${port}${POLICY}`, {
        method,
        headers: {
          Authorization: `Bearer ${token}`,
          "Accept-Encoding": "gzip",
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const api = createApi(createFetchSend({ baseUrl: `http://${HOST}:${port}`, accessToken: () => token }));
    return { call, api };
  }

  test("the policy can be saved with the tag that the proxy made of ours, once", async () => {
    const { call } = await open();
    const read = await call("GET", {});
    expect([read.headers.get("content-encoding"), read.headers.get("etag")]).toEqual(["gzip", tag]);
    const save = () => call("PATCH", { "If-Match": tag }, { idle_minutes: 20 });
    expect((await save()).status).toBe(200);
    const second = await save();
    expect([second.status, await second.json()]).toEqual([
      412,
      expect.objectContaining({ code: "precondition_failed" }),
    ]);
  });

  test("the client saves the policy that it has read, and tells a version by the same tag wherever it comes from", async () => {
    const { api } = await open();
    const { etag } = await api("GET /api/accounts/me/security");
    const saved = await api("PATCH /api/accounts/me/security", { body: { idle_minutes: 20 }, etag });
    expect([etag, saved.etag]).toEqual(['"1"', '"2"']);
    await expect(
      api("PATCH /api/accounts/me/security", { body: { idle_minutes: 25 }, etag }),
    ).rejects.toMatchObject({ code: "precondition_failed" });
  });
});
