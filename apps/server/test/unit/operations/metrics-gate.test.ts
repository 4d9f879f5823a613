import { describe, expect, it } from "vitest";
import { type MetricsQuestion, mayReadMetrics } from "../../../src/operations/metrics-gate.js";

const ask = (question: Partial<Omit<MetricsQuestion, "headers">> & { headers?: Record<string, string> }) =>
  mayReadMetrics({
    token: null,
    trustedProxiesSet: false,
    peer: "127.0.0.1",
    ...question,
    headers: new Headers(question.headers),
  });

describe("With no token set", () => {
  it.each(["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])("this machine (%s) may read", (peer) => {
    expect(ask({ peer })).toBe(true);
  });

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
    expect(ask({ peer })).toBe(false);
  });

  it.each([
    "Forwarded",
    "Via",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Port",
    "X-Forwarded-Proto",
    "X-Real-IP",
  ])("what came through a proxy (%s) may not, even from this machine", (name) => {
    expect(ask({ headers: { [name]: "127.0.0.1" } })).toBe(false);
    expect(ask({ headers: { [name]: "" } })).toBe(false);
  });

  it("nobody may behind trusted proxies, which can be on this machine", () => {
    expect(ask({ trustedProxiesSet: true })).toBe(false);
  });

  it("a token that is presented changes nothing", () => {
    expect(ask({ peer: "192.0.2.1", headers: { Authorization: "Bearer " } })).toBe(false);
    expect(ask({ peer: "192.0.2.1", headers: { Authorization: "Bearer null" } })).toBe(false);
  });
});

describe("With a token set", () => {
  const token = "s3cret-token";

  it.each(["Bearer s3cret-token", "bearer s3cret-token", "BEARER  s3cret-token"])(
    "whoever presents it (%s) may read, from anywhere and through any proxy",
    (authorization) => {
      const headers = { Authorization: authorization, "X-Forwarded-For": "192.0.2.9" };
      expect(ask({ token, peer: "192.0.2.1", trustedProxiesSet: true, headers })).toBe(true);
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
  ])("a header of %j may not, not even from this machine", (authorization) => {
    expect(ask({ token, headers: { Authorization: authorization } })).toBe(false);
  });

  it("a call without a header may not, not even from this machine", () => {
    expect(ask({ token })).toBe(false);
  });
});
