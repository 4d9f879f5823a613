import type { Identity } from "@curfew/core";
import type { Context } from "hono";
import type { z } from "zod";
import type { ProblemCode } from "../problem/http-problem.js";

/** Who may call: anybody, whoever holds an access token, or an owner of the account with one. */
export type AuthKind = "none" | "bearer" | "owner";

export type RouteMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

type ParamNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParamNames<Rest>
  : never;

/** What a handler is given, once every check before it has passed. */
export interface RouteContext<
  Path extends string = string,
  Auth extends AuthKind = AuthKind,
  Body extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
> {
  readonly c: Context;
  /** Who calls; null where the route asks nobody. */
  readonly identity: Auth extends "none" ? null : Identity;
  readonly body: z.output<Body>;
  readonly query: z.output<Query>;
  /** The ids in the path, each a UUID. */
  readonly params: Readonly<Record<ParamNames<Path>, string>>;
  /** The client's address, as `HttpOptions.clientIp` sees it. */
  readonly ip: string | null;
}

/** What a handler answers; `body` becomes JSON. A header that it sets wins over the pipeline's. */
export interface Answer {
  readonly status: 200 | 201 | 202 | 204;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the published document says of one status. */
export interface ResponseShape {
  readonly description: string;
  readonly schema?: z.ZodType;
  /** `application/json` unless told. */
  readonly contentType?: string;
  /** Names of response headers, as in `openapi/headers.ts`. */
  readonly headers?: readonly ResponseHeaderName[];
  /** Further representations of the same thing, by media type, each a text. */
  readonly alternatives?: Readonly<Record<string, string>>;
}

export type ResponseHeaderName = "ETag" | "Set-Cookie" | "Retry-After" | "DPoP-Nonce" | "Location";
export type RequestHeaderName = "DPoP" | "If-Match" | "Accept";

/**
 * A route as data. The pipeline reads it to check a call, and the OpenAPI document is made of the same table.
 *
 * @typeParam Path `{name}` stands for an id: what is no UUID there is a 404
 */
export interface Route<
  Path extends string = string,
  Auth extends AuthKind = AuthKind,
  Body extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
> {
  readonly method: RouteMethod;
  readonly path: Path;
  /** Names the call for clients that are generated: `refreshSession`. */
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly auth: Auth;
  /** Reads or sets the refresh cookie, so that the origin of a browser's call is checked. */
  readonly cookies?: boolean;
  /** Runs before the token is read; refuses with `HttpProblem("rate_limited", { retryAfterSeconds })`. */
  readonly rateLimit?: (request: { c: Context; ip: string | null }) => void | Promise<void>;
  /** A `z.strictObject`; absent: what the call carries in its body is not read. */
  readonly body?: Body;
  /** A `z.object` of strings as they stand in the URL; other parameters are ignored. */
  readonly query?: Query;
  /** Request headers for the document; the handler reads them itself. */
  readonly requestHeaders?: readonly RequestHeaderName[];
  readonly responses: Readonly<Record<number, ResponseShape>>;
  /** Codes beyond those that the pipeline itself answers for such a route. */
  readonly errors?: readonly ProblemCode[];
  /** Throws `HttpProblem` or `CurfewError`; anything else is a 500 `internal_error`. */
  handler(context: RouteContext<Path, Auth, Body, Query>): Answer | Response | Promise<Answer | Response>;
}

/** A schema of no fields at all. */
export type NoFields = z.ZodObject<Record<never, never>>;

/**
 * Declares a route, so that its handler's context has the types of its path, body and query.
 *
 * @example
 * defineRoute({
 *   method: "GET", path: "/api/things/{id}", operationId: "getThing", summary: "A thing", tags: ["things"],
 *   auth: "bearer", responses: { 200: { description: "The thing", schema: thing } },
 *   handler: async ({ identity, params }) => ({ status: 200, body: await read(identity.accountId, params.id) }),
 * });
 */
export function defineRoute<
  const Path extends string,
  const Auth extends AuthKind,
  Body extends z.ZodObject = NoFields,
  Query extends z.ZodObject = NoFields,
>(route: Route<Path, Auth, Body, Query>): Route<Path, Auth, Body, Query> {
  return route;
}
