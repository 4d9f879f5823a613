import { afterEach, describe, expect, test, vi } from "vitest";
import { browserPorts } from "../../src/browser/browser-ports.js";

afterEach(() => vi.unstubAllGlobals());

describe.each([
  ["the page's origin alone", {}, "https://app.example/crm/", false],
  ["the service's too", { baseUrl: "https://auth.example/curfew" }, "https://app.example/crm/", true],
  ["not that of a `<base>`", {}, "https://cdn.example/", false],
])("the token goes to %s", (_what, options, baseURI, trustsService) => {
  const ofPage = new URL(baseURI).origin === "https://app.example";
  test.each<[string | URL, boolean]>([
    ["https://app.example/reports", true],
    ["https://app.example:443/reports", true],
    ["HTTPS://APP.EXAMPLE/reports", true],
    [new URL("https://app.example/reports"), true],
    ["/reports", ofPage],
    ["reports?of=https://other.example", ofPage],
    ["", ofPage],
    ["https://auth.example/reports", trustsService],
    ["https://auth.example:444/reports", false],
    ["http://app.example/reports", false],
    ["https://app.example:8443/reports", false],
    ["https://app.example.other.example/", false],
    ["https://app.example@other.example/", false],
    ["https://other.example/https://app.example/", false],
    ["//other.example/", false],
    ["/\\other.example/", false],
    ["\\\\other.example", false],
    ["\t//other.example", false],
    ["/\n/other.example", false],
    ["data:text/plain,a", false],
  ])("%j: %s", (url, isOwn) => {
    vi.stubGlobal("location", { origin: "https://app.example" });
    vi.stubGlobal("navigator", {});
    vi.stubGlobal("BroadcastChannel", undefined);
    vi.stubGlobal("document", { baseURI });
    expect(browserPorts(options).isOwn(url)).toBe(isOwn);
  });
});
