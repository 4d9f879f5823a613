import { describe, expect, test } from "vitest";
import { publishedKeys } from "../harness/access-token.js";
import { expectStatus, RFC_3339 } from "../harness/expectations.js";
import { send } from "../harness/send.js";
import { useOwnService, useService } from "../harness/service.js";
import { newOwner } from "../harness/users.js";

const service = useOwnService();
const https = useService({ CURFEW_PUBLIC_URL: "https://curfew.example" });
const guarded = useService({ CURFEW_METRICS_TOKEN: "a-metrics-token-of-the-test" });
const behindProxy = useService({ CURFEW_TRUSTED_PROXIES: "127.0.0.0/8" });

describe("GET /api/config {registration, first_run, warning_seconds, now, version}", () => {
  test("needs no token, and first_run is true until there is an account", async () => {
    const read = async () => expectStatus(await send(service(), { path: "/api/config" }), 200).json<Config>();
    interface Config {
      readonly first_run: boolean;
      readonly now: string;
    }
    const before = await read();
    expect(before).toEqual({
      registration: "open",
      first_run: true,
      warning_seconds: 300,
      now: expect.stringMatching(RFC_3339),
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
    expect(Math.abs(Date.parse(before.now) - Date.now())).toBeLessThan(5_000);
    await newOwner(service());
    expect((await read()).first_run).toBe(false);
  });
});

describe("GET /healthz and /readyz", () => {
  test("answer 200 on a running service", async () => {
    for (const path of ["/healthz", "/readyz"]) expectStatus(await send(service(), { path }), 200);
  });
});

describe("GET /metrics (Prometheus)", () => {
  const metrics = (to: Parameters<typeof send>[0], headers: Record<string, string> = {}) =>
    send(to, { path: "/metrics", headers });

  test("without CURFEW_METRICS_TOKEN it answers requests from loopback", async () => {
    const response = expectStatus(await metrics(service()), 200);
    expect(response.headers["content-type"]).toMatch(/^text\/plain/);
    expect(response.text).toMatch(/^# (HELP|TYPE) \w+/m);
  });

  test.each(["x-forwarded-for", "forwarded", "x-real-ip", "x-forwarded-host", "x-forwarded-proto"])(
    "but not with the forwarding header %s",
    async (name) => {
      expect((await metrics(service(), { [name]: "127.0.0.1" })).status).toBe(404);
    },
  );

  test("and not when trusted proxies are set", async () => {
    expect((await metrics(behindProxy())).status).toBe(404);
  });

  test("without CURFEW_METRICS_TOKEN it is a 404 where the public URL is https, which has a proxy before it", async () => {
    expect((await send(https(), { path: "/metrics" })).status).toBe(404);
  });

  test("with CURFEW_METRICS_TOKEN the bearer token is required and sufficient", async () => {
    const bearer = { authorization: "Bearer a-metrics-token-of-the-test" };
    expectStatus(await metrics(guarded(), bearer), 200);
    expectStatus(await metrics(guarded(), { ...bearer, "x-forwarded-for": "203.0.113.1" }), 200);
    for (const authorization of [
      "",
      "Bearer",
      "Bearer wrong",
      "Bearer a-metrics-token-of-the-tesT",
      "Basic x",
    ])
      expect((await metrics(guarded(), { authorization })).status, authorization).toBe(404);
    expect((await metrics(guarded())).status).toBe(404);
  });

  test("no label contains an e-mail, an id or a token", async () => {
    const owner = await newOwner(service());
    await owner.get("/api/accounts/me/security");
    await owner.delete(`/api/users/me/sessions/${owner.sessionId}`);
    const { text } = await metrics(service());
    for (const secret of [owner.email, owner.sessionId, owner.user.id, owner.user.account.id])
      expect(text).not.toContain(secret);
  });
});

describe("GET /docs", () => {
  test("loads no script, style, font or image from another host", async () => {
    const page = expectStatus(await send(service(), { path: "/docs" }), 200);
    expect(page.headers["content-type"]).toMatch(/^text\/html/);
    const loaded = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url ?? "");
    for (const url of loaded) {
      expect(url).not.toMatch(/^(https?:)?\/\//);
      if (/\.(js|css)$/.test(url))
        expectStatus(await send(service(), { path: new URL(url, "http://localhost/docs").pathname }), 200);
    }
    expect(page.text).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>/);
    expect(page.text).not.toMatch(/cdn\.|unpkg|jsdelivr|googleapis/);
  });

  test("shows this service's OpenAPI document", async () => {
    const page = await send(service(), { path: "/docs" });
    const scripts = [...page.text.matchAll(/<script[^>]*\bsrc="([^"]+)"/g)].map(([, url]) => url ?? "");
    const sources = await Promise.all(
      scripts.map((url) => send(service(), { path: new URL(url, "http://localhost/docs").pathname })),
    );
    expect([page, ...sources].some(({ text }) => text.includes("openapi.json"))).toBe(true);
  });
});

describe("GET /.well-known/jwks.json", () => {
  test("publishes one key for one secret", async () => {
    expect(await publishedKeys(service())).toHaveLength(1);
  });
});
