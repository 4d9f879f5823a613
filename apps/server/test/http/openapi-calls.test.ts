import { type OutgoingHttpHeaders, request } from "node:http";
import { expect, test } from "vitest";
import { rounds } from "../../../../scripts/checks/rounds.js";
import { allowedCall } from "../harness/openapi/allowed-call.js";
import { answerChecker } from "../harness/openapi/answer-faults.js";
import { Cast } from "../harness/openapi/cast.js";
import { type Operation, readPublishedApi } from "../harness/openapi/document.js";
import { forbiddenCall } from "../harness/openapi/forbidden-call.js";
import { Random } from "../harness/random.js";
import { type ApiRequest, type ApiResponse, send } from "../harness/send.js";
import { useService } from "../harness/service.js";
import type { Problem } from "../harness/wire.js";

const service = useService();
const SEED = 20_261_130;
const CALLS = rounds(2_000, 20_000);
/** Each has an account of its own, and makes one call after the other. */
const LANES = 4;

/** Operations that hash a password, or whose callers need another sign-in afterwards. They come a quarter as often. */
const EXPENSIVE =
  /^(registerAccount|changePassword|acceptInvitation|endAccountSessions|deleteOwnUser|deleteAccount)$/;
/** Operations that may end a caller's session, or take a role or a password away. */
const DESTRUCTIVE = /^(end|change|sign|update|remove|delete|reset)/;
/** A fault that the document describes in words, or that lies in the service's state. */
const NOT_IN_SCHEMAS = ["invalid_value", "weak_password", "idle_exceeds_absolute", "required"];

/** Sends a call; closes an event stream as soon as it has begun. */
function answerTo(operation: Operation, call: ApiRequest): Promise<ApiResponse> {
  if (operation.path !== "/api/auth/events" || call.method !== "GET") return send(service(), call);
  const { host, port } = service();
  const { path } = call;
  const headers = { ...call.headers } as OutgoingHttpHeaders;
  return new Promise((resolve, reject) => {
    const opened = request({ host, port, path, headers, agent: false }, (message) => {
      const isStream = message.statusCode === 200;
      message.destroy();
      if (!isStream) return resolve(send(service(), call));
      const text = "";
      const bytes = Buffer.alloc(0);
      resolve({
        status: 200,
        headers: message.headers,
        text,
        bytes,
        setCookies: [],
        json: () => {
          throw new Error("a stream is no JSON");
        },
      });
    });
    opened.on("error", reject);
    opened.end();
  });
}

const describeCall = ({ method, path, headers, json, raw }: ApiRequest): string =>
  `${method} ${path} ${JSON.stringify({ ...headers, authorization: headers?.["authorization"]?.slice(0, 9) })} ${(json === undefined ? String(raw ?? "") : JSON.stringify(json)).slice(0, 500)}`;

test(`${CALLS} calls (seed ${SEED}): the document describes each answer to what it allows, and what it forbids is refused with the contract's code`, async () => {
  const api = await readPublishedApi(service());
  const faultsOf = answerChecker(api);
  const operations = api.operations.flatMap((operation) =>
    Array.from({ length: EXPENSIVE.test(operation.name) ? 1 : 4 }, () => operation),
  );
  const failures: string[] = [];
  const succeeded = new Set<string>();
  const refused = new Set<string>();

  const callAllowed = async (operation: Operation, cast: Cast, random: Random): Promise<void> => {
    // The last owner can't be deleted.
    const isForMembers = operation.name === "deleteOwnUser" || random.chance(0.15);
    const caller = isForMembers ? cast.member : cast.owner;
    cast.caller = caller;
    const { request: built } = allowedCall(operation, cast, random, caller.signedIn.access_token);
    const call = built.method === "GET" && random.chance(0.1) ? { ...built, method: "HEAD" } : built;
    const answer = await answerTo(operation, call);
    const { status } = answer;
    const faults = faultsOf(operation, answer, call.method);
    // On a busy machine the feed may be stale for a moment.
    if (status >= 500 && operation.name !== "getReadiness") faults.push(`a ${status}`);
    if ([400, 405, 413, 415].includes(status)) faults.push(`a ${status} to a call that the document allows`);
    if (status === 422 && call.method !== "HEAD")
      for (const { field, code } of answer.json<Problem>().errors ?? [])
        if (!NOT_IN_SCHEMAS.includes(code))
          faults.push(`${field} is ${code}, although the document allows it`);
    if (faults.length > 0) failures.push(`${describeCall(call)}\n  ${status}: ${faults.join("; ")}`);
    if (status < 300) succeeded.add(operation.name);
    if (call.method !== "HEAD") cast.learn(answer);
    if (DESTRUCTIVE.test(operation.name)) await cast.restore();
  };

  const callForbidden = async (operation: Operation, cast: Cast, random: Random): Promise<void> => {
    const token = cast.owner.signedIn.access_token;
    const { kind, request: call, status, code, fault } = forbiddenCall(operation, api, cast, random, token);
    const answer = await answerTo(operation, call);
    // No operation lists a 405: it answers what is none.
    const faults = kind === "wrong method" ? allowFaults(operation, answer) : faultsOf(operation, answer);
    const problem = answer.status >= 400 ? answer.json<Problem>() : null;
    const errors = (problem?.errors ?? []).map(({ message: _, ...error }) => error);
    const got = { status: answer.status, code: problem?.code, errors };
    const expected = { status, code, errors: fault === undefined ? [] : [fault] };
    if (JSON.stringify(got) !== JSON.stringify(expected))
      faults.push(`${JSON.stringify(got)} instead of ${JSON.stringify(expected)}`);
    if (faults.length > 0) failures.push(`${kind}: ${describeCall(call)}\n  ${faults.join("; ")}`);
    refused.add(`${status} ${fault?.code ?? code}`);
  };

  const runLane = async (lane: number): Promise<void> => {
    const random = new Random(SEED + lane);
    const cast = await Cast.create(service());
    for (let made = 0; made < CALLS / LANES; made += 1) {
      const call = random.chance(0.5) ? callAllowed : callForbidden;
      await call(random.pick(operations), cast, random);
    }
  };
  /** Which calls succeed depends on what the lanes have learnt, such as the token of an open invitation. */
  const callUntilAllSucceeded = async (): Promise<void> => {
    const random = new Random(SEED + LANES);
    const cast = await Cast.create(service());
    for (let made = 0; made < CALLS; made += 1) {
      const missing = operations.filter(({ name }) => !succeeded.has(name));
      if (missing.length === 0) return;
      await callAllowed(random.pick(random.chance(0.5) ? missing : operations), cast, random);
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, lane) => runLane(lane)));
  await callUntilAllSucceeded();

  expect(failures.slice(0, 20)).toEqual([]);
  expect([...succeeded].sort()).toEqual(api.operations.map(({ name }) => name).sort());
  expect([...refused].sort()).toEqual(REFUSALS);
}, 120_000);

/** `Allow` names the path's methods (RFC 9110 §15.5.6). */
function allowFaults({ methods }: Operation, { headers }: ApiResponse): string[] {
  const expected = [...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"].sort();
  const allowed = String(headers["allow"]).split(", ").sort();
  return String(allowed) === String(expected) ? [] : [`Allow: ${allowed}, and not ${expected}`];
}

const REFUSALS = [
  "400 bad_request",
  "401 unauthenticated",
  "403 cross_origin",
  "403 forbidden",
  "404 not_found",
  "405 method_not_allowed",
  "413 too_large",
  "415 unsupported_media_type",
  "422 invalid_email",
  "422 invalid_value",
  "422 out_of_range",
  "422 required",
  "422 unknown_field",
  "422 weak_password",
  "422 wrong_type",
];
