import { expect, test } from "vitest";
import { curfewRoutes, lazily, openApiRoute, type Route } from "../src/index.js";
import { openTestServer } from "./support/test-server.js";

test("a lazily built value is built once, also by concurrent calls", async () => {
  let builds = 0;
  const read = lazily(async (name: string) => `${name} ${++builds}`);
  expect(await Promise.all([read("a"), read("b")])).toEqual(["a 1", "a 1"]);
  expect(await read("c")).toBe("a 1");
});

test("a build that failed is not kept, and its error is every waiting call's", async () => {
  let builds = 0;
  const read = lazily(async () => {
    builds += 1;
    if (builds === 1) throw new Error("not now");
    return builds;
  });
  const calls = await Promise.allSettled([read(), read()]);
  expect(calls.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect([await read(), await read()]).toEqual([2, 2]);
});

test("the OpenAPI document is built again after a failure", async () => {
  let failures = 1;
  const server = await openTestServer({
    routes: (http) => {
      const routes = curfewRoutes(http);
      // The generator reads the list when it is first asked for the document.
      const unreadable = new Proxy(routes, {
        get(target, name, receiver) {
          if (name === "flatMap" && failures-- > 0) throw new Error("not now");
          return Reflect.get(target, name, receiver) as unknown;
        },
      }) as readonly Route[];
      return [...routes, openApiRoute(http, unreadable, { title: "Curfew", version: "1.2.3" })];
    },
  });
  expect((await server.call("GET", "/openapi.json")).status).toBe(500);
  expect((await server.call("GET", "/openapi.json")).status).toBe(200);
});
