/** One call of the contract. */
export interface Call {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Relative to the server's origin, with its ids encoded, and with its query. */
  path: string;
  body?: object | undefined;
  headers?: Readonly<Record<string, string>>;
  /** What it carries: nothing, the access token, or a DPoP proof (RFC 9449) beside it. */
  auth: "none" | "bearer" | "proof";
}

/** Carries a call to the server and brings the answer, whatever its status; rejects where none came. */
export type Send = (call: Call) => Promise<Response>;

/** How a call goes: JSON, and a `Content-Type`, only where it has a body. */
export const requestInit = ({ method, body, headers }: Call) => ({
  method,
  headers: { ...(body && { "Content-Type": "application/json" }), ...headers } as Record<string, string>,
  // Of nothing that is nothing.
  body: JSON.stringify(body),
});
