/** One call of the contract. */
export interface Call {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** With its ids encoded, without a query. */
  path: string;
  /** Its parameters; those that are undefined are left out. */
  query?: object | undefined;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  /** What it carries: nothing, the access token, or a DPoP proof (RFC 9449) beside it. */
  auth: "none" | "bearer" | "proof";
}

/** Carries a call to the server and brings the answer, whatever its status; rejects where none came. */
export type Send = (call: Call) => Promise<Response>;

/** Where a call goes, relative to the server's origin. */
export function pathOf({ path, query = {} }: Call): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, value);
  return search.size > 0 ? `${path}?${search}` : path;
}

/** How a call goes: JSON, and a `Content-Type`, only where it has a body. */
export function requestInit({ method, body, headers }: Call): RequestInit {
  return body === undefined
    ? { method, headers: { ...headers } }
    : {
        method,
        headers: { "Content-Type": "application/json", ...headers },
        body: JSON.stringify(body),
      };
}
