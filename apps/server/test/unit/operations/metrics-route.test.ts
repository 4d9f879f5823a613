import { describe, expect, it } from "vitest";
import { type MetricsRequest, mayReadMetrics } from "../../../src/operations/metrics-route.js";

const mayRead = (request: Partial<Omit<MetricsRequest, "headers">> & { headers?: Record<string, string> }) =>
  mayReadMetrics({
    token: null,
    isBehindProxy: false,
    peer: "127.0.0.1",
    ...request,
    headers: new Headers(request.headers),
  });

describe("without a token set", () => {
  it.each(["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])(
    "this machine (%s) may read the metrics",
    (peer) => {
      expect(mayRead({ peer })).toBe(true);
    },
  );

  it.each([
    "192.0.2.1",
    "10.0.0.1",
    "0.0.0.0",
    "128.0.0.1",
    "2001:db8::1",
    "::",
    "::ffff:192.0.2.1",
    "",
    "unknown",
  ])("another machine (%j) may not", (peer) => {
    expect(mayRead({ peer })).toBe(false);
  });

  it.each([
    "CF-Connecting-IP",
    "Forwarded",
    "True-Client-IP",
    "Via",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Port",
    "X-Forwarded-Proto",
    "X-Real-IP",
  ])("a request through a proxy (%s) may not, even from this machine", (name) => {
    expect(mayRead({ headers: { [name]: "127.0.0.1" } })).toBe(false);
    expect(mayRead({ headers: { [name]: "" } })).toBe(false);
  });

  it("no request may if the service is behind a proxy, which can run on this machine", () => {
    expect(mayRead({ isBehindProxy: true })).toBe(false);
  });

  it("a presented token makes no difference", () => {
    expect(mayRead({ peer: "192.0.2.1", headers: { Authorization: "Bearer " } })).toBe(false);
    expect(mayRead({ peer: "192.0.2.1", headers: { Authorization: "Bearer null" } })).toBe(false);
  });
});

describe("with a token set", () => {
  const token = "s3cret-token";

  it.each(["Bearer s3cret-token", "bearer s3cret-token", "BEARER  s3cret-token"])(
    "a request that presents it (%s) may read the metrics, from anywhere and through any proxy",
    (authorization) => {
      const headers = { Authorization: authorization, "X-Forwarded-For": "192.0.2.9" };
      expect(mayRead({ token, peer: "192.0.2.1", isBehindProxy: true, headers })).toBe(true);
    },
  );

  it.each([
    "",
    "Bearer",
    "Bearer ",
    "Bearer s3cret-toke",
    "Bearer s3cret-token1",
    "Bearer s3cret-tokeN",
    "Bearer s3cret-token x",
    "Basic s3cret-token",
    "s3cret-token",
  ])("the header %j may not, even from this machine", (authorization) => {
    expect(mayRead({ token, headers: { Authorization: authorization } })).toBe(false);
  });

  it("a request without the header may not, even from this machine", () => {
    expect(mayRead({ token })).toBe(false);
  });
});
