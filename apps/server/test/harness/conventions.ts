import type { Answer } from "./send.js";

/** Words that only a stack, a statement or a path of the machine would bring into an answer. */
const LEAKS =
  /node_modules|\bat [\w.<>]+ \([^)]*:\d+:\d+\)|file:\/\/|\.[cm]?[jt]s:\d+|\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\s+["\w]|SQLITE|ZodError|\/(work|home|root|tmp|usr|app)\//;

/** What the contract asks of every answer, whatever was asked: the faults found, none where all is well. */
export function conventionFaults(method: string, path: string, answer: Answer): string[] {
  const faults: string[] = [];
  const want = (holds: boolean, rule: string): void => {
    if (!holds) faults.push(rule);
  };
  const { headers, status } = answer;
  want(headers["x-content-type-options"] === "nosniff", "X-Content-Type-Options: nosniff");
  want(headers["referrer-policy"] === "no-referrer", "Referrer-Policy: no-referrer");
  want(headers["x-powered-by"] === undefined, "no X-Powered-By");
  if (/^\/api(\/|\?|$)/.test(path)) {
    want(headers["cache-control"] === "no-store", "Cache-Control: no-store");
    if (status >= 400 && method !== "HEAD") faults.push(...problemFaults(answer));
  }
  want(status !== 401 || headers["www-authenticate"] !== undefined, "WWW-Authenticate on a 401");
  want(status !== 405 || headers["allow"] !== undefined, "Allow on a 405");
  want((status !== 429 && status !== 503) || /^\d+$/.test(String(headers["retry-after"])), "Retry-After");
  want(status < 400 || !LEAKS.test(answer.text), "no stack, SQL or path");
  return faults;
}

function problemFaults(answer: Answer): string[] {
  if (!/^application\/problem\+json(;|$)/.test(String(answer.headers["content-type"])))
    return [`application/problem+json, not ${answer.headers["content-type"]}`];
  const problem = answer.as<Record<string, unknown>>();
  const faults = ["type", "title", "detail", "code"]
    .filter((field) => typeof problem[field] !== "string" || problem[field] === "")
    .map((field) => `a problem has a ${field}`);
  if (problem["status"] !== answer.status) faults.push("a problem's status is the answer's");
  if (answer.status === 422 && !isFaultList(problem["errors"])) faults.push("a 422 has its errors");
  return faults;
}

const isFaultList = (errors: unknown): boolean =>
  Array.isArray(errors) &&
  errors.length > 0 &&
  errors.every((fault: Record<string, unknown>) =>
    ["field", "code", "message"].every((name) => typeof fault[name] === "string"),
  );
