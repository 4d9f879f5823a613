import { Agent, type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from "node:http";
import { recordCall } from "./contract-coverage.js";

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Closes all connections, which the service may be about to close after malformed requests: the next request opens a new one. */
export const closeConnections = (): void => agent.destroy();

export interface ApiRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** A body to send as JSON. */
  readonly json?: unknown;
  /** A body to send unchanged. */
  readonly raw?: string | Buffer;
  /** Sends the body in two chunks, without `Content-Length`. */
  readonly chunked?: boolean;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as received, still compressed if it was. */
  readonly bytes: Buffer;
  /** The values of the `Set-Cookie` headers. */
  readonly setCookies: readonly string[];
  /** Parses the body as JSON. */
  json<T>(): T;
}

/** Sends a request. Throws if the response violates a rule that the contract sets for every response. */
export async function send(to: { host: string; port: number }, call: ApiRequest): Promise<ApiResponse> {
  const method = call.method ?? "GET";
  const response = await exchange(to, method, call);
  const isProblem = /problem\+json/.test(String(response.headers["content-type"])) && response.text !== "";
  recordCall(
    method,
    call.path,
    response.status,
    isProblem ? response.json<{ code: string }>().code : undefined,
  );
  const violations = conventionViolations(method, call.path, response);
  if (violations.length > 0)
    throw new Error(
      `${method} ${call.path} ${response.status} violates the contract: ${violations.join("; ")}\n${response.text}`,
    );
  return response;
}

function exchange(
  to: { host: string; port: number },
  method: string,
  call: ApiRequest,
): Promise<ApiResponse> {
  const body = call.json === undefined ? call.raw : JSON.stringify(call.json);
  const headers: OutgoingHttpHeaders = { ...call.headers } as OutgoingHttpHeaders;
  if (call.json !== undefined && headers["content-type"] === undefined)
    headers["content-type"] = "application/json";
  if (body !== undefined && call.chunked !== true)
    headers["content-length"] = String(Buffer.byteLength(body));
  // Node sends the body of a DELETE without either unless it is told.
  else if (body !== undefined) headers["transfer-encoding"] = "chunked";
  return new Promise((resolve, reject) => {
    const clientRequest = request(
      { host: to.host, port: to.port, method, path: call.path, headers, agent },
      (message) => {
        const chunks: Buffer[] = [];
        message.on("data", (chunk: Buffer) => chunks.push(chunk));
        message.on("error", reject);
        message.on("end", () => {
          const bytes = Buffer.concat(chunks);
          const text = bytes.toString("utf8");
          resolve({
            status: message.statusCode ?? 0,
            headers: message.headers,
            text,
            bytes,
            setCookies: message.headers["set-cookie"] ?? [],
            json: <T>() => JSON.parse(text) as T,
          });
        });
      },
    );
    clientRequest.on("error", reject);
    if (body !== undefined && call.chunked === true) {
      const bytes = Buffer.from(body);
      clientRequest.write(bytes.subarray(0, bytes.length >> 1));
      clientRequest.end(bytes.subarray(bytes.length >> 1));
    } else clientRequest.end(body);
  });
}

const CONNECTION_LOST = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE"]);

/** The response to a request; null if the service was gone before it arrived, so that the outcome is unknown. */
export async function responseUnlessLost(response: Promise<ApiResponse>): Promise<ApiResponse | null> {
  try {
    return await response;
  } catch (error) {
    if (error instanceof Error && "code" in error && CONNECTION_LOST.has(String(error.code))) return null;
    throw error;
  }
}

/** Text that only a stack trace, an SQL statement or a file path would contain. */
const INTERNAL_DETAILS =
  /node_modules|\bat [\w.<>]+ \([^)]*:\d+:\d+\)|file:\/\/|\.[cm]?[jt]s:\d+|\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\s+["\w]|SQLITE|ZodError|\/(work|home|root|tmp|usr|app)\//;

/** The rules for every response that this one violates. */
function conventionViolations(method: string, path: string, response: ApiResponse): string[] {
  const violations: string[] = [];
  const check = (holds: boolean, rule: string): void => {
    if (!holds) violations.push(rule);
  };
  const { headers, status } = response;
  check(headers["x-content-type-options"] === "nosniff", "X-Content-Type-Options: nosniff");
  check(headers["referrer-policy"] === "no-referrer", "Referrer-Policy: no-referrer");
  check(headers["x-powered-by"] === undefined, "no X-Powered-By");
  if (/^\/api(\/|\?|$)/.test(path)) {
    check(headers["cache-control"] === "no-store", "Cache-Control: no-store");
  }
  if (status >= 400 && method !== "HEAD") violations.push(...problemViolations(response));
  check(status !== 401 || headers["www-authenticate"] !== undefined, "WWW-Authenticate on a 401");
  check(status !== 405 || headers["allow"] !== undefined, "Allow on a 405");
  check((status !== 429 && status !== 503) || /^\d+$/.test(String(headers["retry-after"])), "Retry-After");
  check(status < 400 || !INTERNAL_DETAILS.test(response.text), "no stack trace, SQL or file path");
  return violations;
}

function problemViolations(response: ApiResponse): string[] {
  if (!/^application\/problem\+json(;|$)/.test(String(response.headers["content-type"])))
    return [`application/problem+json, not ${response.headers["content-type"]}`];
  const problem = response.json<Record<string, unknown>>();
  const violations = ["type", "title", "detail", "code"]
    .filter((field) => typeof problem[field] !== "string" || problem[field] === "")
    .map((field) => `a problem without ${field}`);
  if (problem["status"] !== response.status) violations.push("a problem whose status is not the response's");
  if (response.status === 422 && !isErrorList(problem["errors"])) violations.push("a 422 without errors");
  return violations;
}

const isErrorList = (errors: unknown): boolean =>
  Array.isArray(errors) &&
  errors.length > 0 &&
  errors.every((error: Record<string, unknown>) =>
    ["field", "code", "message"].every((name) => typeof error[name] === "string"),
  );
