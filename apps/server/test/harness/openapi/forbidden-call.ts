import type { Random } from "../random.js";
import type { ApiRequest } from "../send.js";
import { allowedCall, type BuiltCall } from "./allowed-call.js";
import type { Cast } from "./cast.js";
import { codesOf, type Operation, type PublishedApi } from "./document.js";
import { type FieldFault, faultyFields, faultyQueries } from "./faulty-fields.js";

/** A call that the document forbids, and how the contract answers it. */
export interface ForbiddenCall {
  readonly kind: string;
  readonly request: ApiRequest;
  readonly status: number;
  readonly code: string;
  /** The only fault of a 422. */
  readonly fault?: FieldFault;
}

type Refusal = Omit<ForbiddenCall, "kind" | "request">;
type Change = Partial<ApiRequest>;
type Build = (call: BuiltCall, random: Random) => readonly [Change, Refusal];

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND"];
const BODY_LIMIT_BYTES = 65_536;

/**
 * Builds a call with one thing that the document forbids.
 *
 * @param token an owner's access token
 */
export function forbiddenCall(
  operation: Operation,
  api: PublishedApi,
  cast: Cast,
  random: Random,
  token: string,
): ForbiddenCall {
  const call = allowedCall(operation, cast, random, token);
  const [kind, build] = random.pick(kindsFor(operation, api, cast));
  const [change, refusal] = build(call, random);
  const request = {
    ...call.request,
    ...change,
    headers: { ...call.request.headers, ...change.headers },
  };
  return { kind, request, ...refusal };
}

function kindsFor(operation: Operation, api: PublishedApi, cast: Cast): (readonly [string, Build])[] {
  const kinds: [string, Build][] = [["wrong method", wrongMethod(operation)]];
  if (operation.needsToken) kinds.push(["no token", noToken]);
  if (operation.needsToken && codesOf(operation, 403, api).includes("forbidden"))
    kinds.push([
      "role",
      () => [
        { headers: { authorization: `Bearer ${cast.member.signedIn.access_token}` } },
        { status: 403, code: "forbidden" },
      ],
    ]);
  if (codesOf(operation, 403, api).includes("cross_origin")) kinds.push(["origin", foreignOrigin]);
  if (operation.parameters.some((parameter) => parameter.in === "path"))
    kinds.push(["path", wrongId(operation)]);
  if (operation.parameters.some((parameter) => parameter.in === "query"))
    kinds.push(["query", wrongQuery(operation)]);
  const { body } = operation;
  if (body !== null)
    kinds.push(
      ["body", wrongBody],
      ["media type", wrongMediaType],
      ["size", tooLarge],
      ["field", wrongField(operation)],
      ["field", wrongField(operation)],
      ["field", wrongField(operation)],
    );
  return kinds;
}

const wrongMethod =
  ({ methods }: Operation): Build =>
  (_, random) => {
    const method = random.pick(METHODS.filter((name) => !methods.includes(name)));
    return [{ method }, { status: 405, code: "method_not_allowed" }];
  };

const noToken: Build = (_, random) => {
  const authorization = random.pick(["", "Bearer", "Bearer x", "Basic eDp4", "Bearer e30.e30.e30"]);
  return [{ headers: { authorization } }, { status: 401, code: "unauthenticated" }];
};

const foreignOrigin: Build = (_, random) => [
  { headers: { origin: random.pick(["https://evil.example", "null"]) } },
  { status: 403, code: "cross_origin" },
];

const wrongId =
  ({ path }: Operation): Build =>
  (_, random) => [
    { path: path.replace(/\{\w+\}/, random.pick(["x", "%00", "0", "0".repeat(36), "x".repeat(300)])) },
    { status: 404, code: "not_found" },
  ];

const wrongQuery =
  (operation: Operation): Build =>
  ({ request }, random) => {
    const { query, fault } = random.pick(faultyQueries(operation));
    const [path] = request.path.split("?", 1);
    return [{ path: `${path}?${query}` }, { status: 422, code: "validation_failed", fault }];
  };

const wrongBody: Build = (_, random) => [
  {
    json: undefined,
    raw: random.pick(["{", "[]", "null", '"text"', "1", "{'a':1}", Buffer.from([0x7b, 0xff, 0x7d])]),
    headers: { "content-type": "application/json" },
  },
  { status: 400, code: "bad_request" },
];

const wrongMediaType: Build = ({ body }, random) => [
  {
    json: undefined,
    raw: JSON.stringify(body),
    headers: {
      "content-type": random.pick([
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonx",
        "application/json; charset=utf-16",
        "",
      ]),
    },
  },
  { status: 415, code: "unsupported_media_type" },
];

const tooLarge: Build = ({ body }, random) => [
  {
    json: { ...body, padding: "x".repeat(BODY_LIMIT_BYTES) },
    ...(random.chance(0.5) ? { chunked: true } : {}),
  },
  { status: 413, code: "too_large" },
];

const wrongField =
  ({ body: schema }: Operation): Build =>
  ({ body }, random) => {
    const { fields, fault } = random.pick(faultyFields(schema ?? {}, body ?? {}, random));
    return [{ json: fields }, { status: 422, code: "validation_failed", fault }];
  };
