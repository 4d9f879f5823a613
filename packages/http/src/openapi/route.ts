import { z } from "zod";
import type { Http } from "../http.js";
import { defineRoute, type Route } from "../route/define.js";

/**
 * `GET /openapi.json`: the document of a table of routes, made at the first call, as its generator takes long to load.
 *
 * @example mountRoutes(app, [...routes, openApiRoute(http, routes, { title: "Curfew", version: "1.0.0" })], http);
 */
export function openApiRoute(
  http: Http,
  routes: readonly Route[],
  info: { title: string; version: string; description?: string },
): Route {
  let written: Promise<unknown> | undefined;
  const write = async (): Promise<unknown> => {
    const { writeDocument } = await import("./document.js");
    return writeDocument(routes, { ...info, publicUrl: http.publicUrl, cookieName: http.cookieName });
  };
  return defineRoute({
    method: "GET",
    path: "/openapi.json",
    operationId: "getOpenApi",
    summary: "This document",
    tags: ["Around it"],
    auth: "none",
    responses: { 200: { description: "OpenAPI 3.1", schema: z.looseObject({}) } },
    async handler() {
      written ??= write();
      return { status: 200, body: await written };
    },
  });
}
