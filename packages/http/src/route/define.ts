import type { Identity } from "@curfew/core";
import type { Call } from "../call.js";
import type { ProblemCode } from "../problem/http-problem.js";

/** A Zod schema, as far as a route's types need it. It is written out, so that a host without routes of its own needs no Zod. */
export interface Schema<Output = unknown> {
  readonly _zod: { readonly output: Output };
}

/** A Zod schema of an object. */
export interface FieldsSchema<Output = object> extends Schema<Output> {
  readonly shape: object;
}

type OutputOf<Fields extends FieldsSchema> = Fields["_zod"]["output"];

/** The callers of a route: `none` is anybody, `bearer` anybody with a live session, `owner` an owner of an account. */
export type AuthKind = "none" | "bearer" | "owner";

export type RouteMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

type ParamNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParamNames<Rest>
  : never;

/** A call that has passed every check. */
export interface RouteContext<
  Path extends string = string,
  Auth extends AuthKind = AuthKind,
  Body extends FieldsSchema = FieldsSchema,
  Query extends FieldsSchema = FieldsSchema,
> {
  readonly c: Call;
  /** The caller; null if the route requires no credentials. */
  readonly identity: Auth extends "none" ? null : Identity;
  readonly body: OutputOf<Body>;
  readonly query: OutputOf<Query>;
  /** The ids in the path, decoded: UUIDs in lower case, or what `Http.readUserId` returned. */
  readonly params: Readonly<Record<ParamNames<Path>, string>>;
  /** The client's address, from `HttpOptions.clientIp`. */
  readonly ip: string | null;
}

/** A handler's answer; `body` becomes JSON. Its headers override the pipeline's. */
export interface Answer {
  readonly status: 200 | 201 | 202 | 204;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The description of one status in the OpenAPI document. */
export interface ResponseShape {
  readonly description: string;
  readonly schema?: Schema;
  /** Defaults to `application/json`. */
  readonly contentType?: string;
  readonly headers?: readonly ResponseHeaderName[];
  /** Descriptions of further representations, each a string, by media type. */
  readonly alternatives?: Readonly<Record<string, string>>;
}

export type ResponseHeaderName = "ETag" | "Set-Cookie" | "Retry-After" | "DPoP-Nonce" | "Location";
export type RequestHeaderName = "DPoP" | "If-Match" | "Accept";

/**
 * A route as data: the pipeline checks calls against it, and the OpenAPI document is generated from it.
 *
 * @typeParam Path `{name}` stands for an id; a value that can't be one gets a 404
 */
export interface Route<
  Path extends string = string,
  Auth extends AuthKind = AuthKind,
  Body extends FieldsSchema = FieldsSchema,
  Query extends FieldsSchema = FieldsSchema,
> {
  readonly method: RouteMethod;
  readonly path: Path;
  /** The name of the operation in generated clients: `refreshSession`. */
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly auth: Auth;
  /** What the ids in the path are: `user` for ids of users, which a host chooses, else UUIDs. */
  readonly pathIds?: "uuid" | "user";
  /** The route reads or sets the refresh cookie, so browsers may call it only from trusted origins. */
  readonly cookies?: boolean;
  /** Runs before the token is read; throws `HttpProblem("rate_limited", { retryAfterSeconds })` to refuse. */
  readonly rateLimit?: (request: { c: Call; ip: string | null }) => void | Promise<void>;
  /** A `z.strictObject`. Without it, the request's body is not read. */
  readonly body?: Body;
  /** A `z.object` whose fields are strings on input. Unknown parameters are ignored. */
  readonly query?: Query;
  /** Documentation only: the handler reads these headers itself. */
  readonly requestHeaders?: readonly RequestHeaderName[];
  readonly responses: Readonly<Record<number, ResponseShape>>;
  /** The handler's problem codes. The document adds those of the pipeline. */
  readonly errors?: readonly ProblemCode[];
  /** Throws `HttpProblem` or `CurfewError` to refuse; any other error becomes a 500 `internal_error`. */
  handler(context: RouteContext<Path, Auth, Body, Query>): Answer | Response | Promise<Answer | Response>;
}

export type NoFields = FieldsSchema<Record<never, never>>;

/**
 * Declares a route; the types of its handler's context follow from its path, credentials, body and query.
 *
 * @example
 * defineRoute({
 *   method: "GET", path: "/api/things/{id}", operationId: "getThing", summary: "Read a thing", tags: ["Things"],
 *   auth: "bearer", responses: { 200: { description: "The thing", schema: thing } },
 *   handler: async ({ identity, params }) => ({ status: 200, body: await read(identity.accountId, params.id) }),
 * });
 */
export function defineRoute<
  const Path extends string,
  const Auth extends AuthKind,
  Body extends FieldsSchema = NoFields,
  Query extends FieldsSchema = NoFields,
>(route: Route<Path, Auth, Body, Query>): Route<Path, Auth, Body, Query> {
  return route;
}
