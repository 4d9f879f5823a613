import { createApi, createFetchSend } from "@curfew/client/api";
import { describe, expect, test } from "vitest";
import { findProgram } from "../../harness/installed-program.js";
import { HOST } from "../process/open-listener.js";
import { download, LAST_RECORD, troubledDatabase, writeTrail } from "./long-export.js";
import { configurationOf, PAGE_PROXIES, startPageProxy } from "./page-proxies.js";
import { serveAccount } from "./served-account.js";

const POLICY = "/api/accounts/me/security";
/** What an open event stream sends, at the least, in seconds. */
const COMMENT_SECONDS = 15;

const installed = PAGE_PROXIES.flatMap((proxy) => {
  const program = findProgram(proxy.program);
  if (program !== undefined) return [{ ...proxy, program }];
  process.stdout.write(`not run: docs/proxies.md, ${proxy.name}: ${proxy.program} is not installed\n`);
  return [];
});

describe.each([
  ["nginx", /proxy_read_timeout (\d+)s/],
  ["caddyfile", /\bread_timeout (\d+)s/],
  ["apache", /\btimeout=(\d+)/],
])("the page's configuration for %s", (language, timeLimit) => {
  test("waits for three comments of an event stream before it takes the stream for dead", () => {
    const [, seconds] = timeLimit.exec(configurationOf(language)) ?? [];
    expect(Number(seconds)).toBeGreaterThan(3 * COMMENT_SECONDS);
  });
});

describe.each(installed)("the page's configuration of $name", (proxy) => {
  async function open() {
    const trouble = troubledDatabase(() => Promise.reject(new Error("the database is gone")));
    const served = await serveAccount({
      wrapDatabase: trouble.wrap,
      drainTimes: { idleLingerMs: 20, cutAfterMs: 100 },
      environment: { CURFEW_TRUSTED_PROXIES: `${HOST}/32` },
    });
    const port = await startPageProxy(proxy, proxy.program, served.port);
    const baseUrl = `http://${HOST}:${port}`;
    const api = createApi(createFetchSend({ baseUrl, accessToken: () => served.token }));
    return { ...served, arm: trouble.arm, proxyPort: port, baseUrl, api };
  }

  test("serves sign-in, the policy through compression, events at once, clients' addresses, and tells a cut download", async () => {
    const { api, baseUrl, token, database, accountId, arm, proxyPort } = await open();

    const credentials = { email: "ada@acme.example", password: "a password of no list" };
    const forged = await fetch(`${baseUrl}/api/auth/login`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Forwarded-For": "198.51.100.7" },
      body: JSON.stringify({ ...credentials, transport: "body" }),
    });
    expect(forged.status).toBe(200);
    const { items } = await api("GET /api/users/me/sessions");
    expect(items.map(({ device }) => device.ip)).toEqual([HOST, HOST]);

    const headers = { Authorization: `Bearer ${token}` };
    const read = await fetch(`${baseUrl}${POLICY}`, { headers: { ...headers, "Accept-Encoding": "gzip" } });
    expect(read.headers.get("content-encoding")).toBe("gzip");
    const tag = read.headers.get("etag") ?? "";
    await read.text();

    const stream = await fetch(`${baseUrl}/api/auth/events`, {
      headers: { ...headers, Accept: "text/event-stream", "Accept-Encoding": "gzip" },
    });
    expect(stream.headers.get("content-encoding")).toBe(null);
    const reader = (stream.body as ReadableStream<Uint8Array>).getReader();
    let received = "";
    const untilReceived = async (type: string): Promise<void> => {
      while (!received.includes(`event: ${type}`)) {
        const { done, value } = await reader.read();
        if (done) throw new Error("the stream has ended");
        received += new TextDecoder().decode(value);
      }
    };
    await untilReceived("session.state");
    const save = (): Promise<Response> =>
      fetch(`${baseUrl}${POLICY}`, {
        method: "PATCH",
        headers: { ...headers, "Content-Type": "application/json", "If-Match": tag },
        body: JSON.stringify({ idle_minutes: 20 }),
      });
    const saved = await save();
    expect([saved.status, (await save()).status]).toEqual([200, 412]);
    // No later output would push it through a buffer: the next comment comes in 15 seconds, after the test's time.
    await untilReceived("policy.changed");
    await reader.cancel();

    await writeTrail(database, accountId);
    const whole = await download(proxyPort, token);
    expect([whole.isWhole, LAST_RECORD.test(whole.text)]).toEqual([true, true]);
    arm();
    const cut = await download(proxyPort, token).catch(() => null);
    expect(cut?.text ?? "").not.toMatch(LAST_RECORD);
    if (!proxy.hidesCuts) expect(cut?.isWhole ?? false).toBe(false);
  }, 14_000);

  test("answers of the service are problems of its own, and the proxy's are none", async () => {
    const { api, baseUrl, listener } = await open();
    const ours = await fetch(`${baseUrl}/api/nowhere`);
    expect([ours.status, ours.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
    expect(await ours.json()).toMatchObject({ type: "urn:curfew:problem:not_found" });
    const tooLarge = await fetch(`${baseUrl}/api/auth/login`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: "x".repeat(70_000),
    });
    expect([tooLarge.status, await tooLarge.json()]).toEqual([
      413,
      expect.objectContaining({ code: "too_large" }),
    ]);
    await listener.stop();
    const theirs = await fetch(`${baseUrl}/api/config`);
    expect(theirs.status).toBeGreaterThanOrEqual(502);
    expect(theirs.headers.get("content-type") ?? "").not.toContain("problem");
    await theirs.text();
    await expect(api("GET /api/config")).rejects.toThrow(/^No answer from Curfew/);
  });
});
