import { z } from "zod";
import type { Http } from "../http.js";
import { lazily } from "../lazily.js";
import { defineRoute, type Route } from "../route/define.js";

/**
 * `GET /openapi.json`: the document of a table of routes. It is generated at the first request, since loading the generator
 * is slow.
 *
 * @example mountRoutes(app, [...routes, openApiRoute(http, routes, { title: "Curfew", version: "1.0.0" })], http);
 */
export function openApiRoute(
  http: Http,
  routes: readonly Route[],
  info: { title: string; version: string; description?: string },
): Route {
  const readDocument = lazily(async (): Promise<unknown> => {
    const { generateDocument } = await import("./document.js");
    const { publicUrl, cookieName, readUserId } = http;
    return generateDocument(routes, { ...info, publicUrl, cookieName, readUserId });
  });
  return defineRoute({
    method: "GET",
    path: "/openapi.json",
    operationId: "getOpenApi",
    summary: "Read this document",
    tags: ["Around it"],
    auth: "none",
    responses: { 200: { description: "OpenAPI 3.1", schema: z.looseObject({}) } },
    handler: async () => ({ status: 200, body: await readDocument() }),
  });
}
