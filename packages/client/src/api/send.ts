/** One call of the contract. */
export interface Call {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** With its ids encoded, without a query. */
  path: string;
  query?: Readonly<Record<string, string | number | undefined>>;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  /** What it carries: nothing, the access token, or a DPoP proof (RFC 9449) beside it. */
  auth: "none" | "bearer" | "proof";
  signal?: AbortSignal;
}

/** Carries a call to the server and brings the answer, whatever its status; rejects where none came. */
export type Send = (call: Call) => Promise<Response>;

/** Where a call goes, relative to the server's origin. */
export function pathOf({ path, query = {} }: Call): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return search === "" ? path : `${path}?${search}`;
}

/** How a call goes: JSON, and a `Content-Type`, only where it has a body. */
export function requestInit({ method, body, headers, signal }: Call): RequestInit {
  return {
    method,
    ...(signal && { signal }),
    ...(body === undefined
      ? { headers: { ...headers } }
      : { headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(body) }),
  };
}
