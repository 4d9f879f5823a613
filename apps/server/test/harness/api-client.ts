import { CookieJar, refreshCookieName } from "./cookie-jar.js";
import type { DpopKey } from "./dpop-key.js";
import { type ApiResponse, send } from "./send.js";
import type { Service } from "./service.js";
import type { SignIn, UserState } from "./wire.js";

/** Operations that start, refresh or end a session: they carry a DPoP proof if the client has a key. */
const PATHS_WITH_PROOF =
  /^\/api\/(auth\/(register|login|refresh|logout|accept-invitation|reset-password)|users\/me\/password)$/;
/** Operations that are called without an access token. */
const PATHS_WITHOUT_TOKEN =
  /^\/api\/(auth\/(register|login|refresh|invitation|accept-invitation|password-link|reset-password)|config)/;

/** A service's address and public URL. */
export type ServiceAddress = Pick<Service, "host" | "port" | "publicUrl">;

export interface ClientOptions {
  readonly transport?: "cookie" | "body";
  readonly key?: DpopKey;
  /** Headers that every call sends. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface CallOptions {
  readonly json?: unknown;
  readonly raw?: string | Buffer;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** The access token to send instead of the client's own; null for none. */
  readonly bearer?: string | null;
  /** The DPoP proof to send instead of a new one; null for none. */
  readonly proof?: string | null;
  readonly cookies?: false;
}

/** A client of the API: a browser with cookies, or a program that keeps its refresh token itself. */
export class ApiClient {
  readonly service: ServiceAddress;
  readonly options: ClientOptions;
  readonly cookies = new CookieJar();
  email = "";
  password = "";
  nonce: string | undefined;
  #signedIn: SignIn | undefined;

  constructor(service: ServiceAddress, options: ClientOptions = {}) {
    this.service = service;
    this.options = options;
  }

  /** The response body of the last sign-in or refresh. */
  get signedIn(): SignIn {
    if (this.#signedIn === undefined) throw new Error("this client has not signed in");
    return this.#signedIn;
  }

  get user(): UserState {
    return this.signedIn.user;
  }

  get sessionId(): string {
    return this.signedIn.session.id;
  }

  get cookieName(): string {
    return refreshCookieName(this.service.publicUrl);
  }

  /** The current refresh token, from the cookie or the last response body. */
  get refreshToken(): string {
    const token =
      this.options.transport === "body" ? this.signedIn.refresh_token : this.cookies.get(this.cookieName);
    if (token === undefined) throw new Error("this client has no refresh token");
    return token;
  }

  /** Creates a DPoP proof for a call of this path. */
  proofFor(method: string, path: string): string {
    if (this.options.key === undefined) throw new Error("this client has no key");
    const url = `${this.service.publicUrl}${path}`;
    return this.options.key.proof({
      method,
      url,
      ...(this.nonce === undefined ? {} : { nonce: this.nonce }),
    });
  }

  async call(method: string, path: string, call: CallOptions = {}): Promise<ApiResponse> {
    const response = await send(this.service, {
      method,
      path,
      headers: this.#headers(method, path, call),
      ...(call.json === undefined ? {} : { json: call.json }),
      ...(call.raw === undefined ? {} : { raw: call.raw }),
    });
    this.cookies.store(response.setCookies);
    if (typeof response.headers["dpop-nonce"] === "string") this.nonce = response.headers["dpop-nonce"];
    if (method === "POST" && response.status < 300 && response.text.includes('"access_token"'))
      this.#signedIn = response.json<SignIn>();
    return response;
  }

  get(path: string, call: CallOptions = {}): Promise<ApiResponse> {
    return this.call("GET", path, call);
  }

  post(path: string, json?: unknown, call: CallOptions = {}): Promise<ApiResponse> {
    return this.call("POST", path, json === undefined ? call : { ...call, json });
  }

  patch(path: string, json: unknown, call: CallOptions = {}): Promise<ApiResponse> {
    return this.call("PATCH", path, { ...call, json });
  }

  delete(path: string, call: CallOptions = {}): Promise<ApiResponse> {
    return this.call("DELETE", path, call);
  }

  /** Signs in with the client's e-mail and password. */
  login(fields: Readonly<Record<string, unknown>> = {}, call: CallOptions = {}): Promise<ApiResponse> {
    const { email, password } = this;
    return this.post("/api/auth/login", { email, password, ...this.transport(), ...fields }, call);
  }

  /** Refreshes the session with the current refresh token. */
  refresh(fields: Readonly<Record<string, unknown>> = {}, call: CallOptions = {}): Promise<ApiResponse> {
    const token = this.options.transport === "body" ? { refresh_token: this.refreshToken } : {};
    return this.post("/api/auth/refresh", { ...token, ...fields }, call);
  }

  /** The `transport` field of a sign-in; omitted for the default. */
  transport(): { transport?: "body" } {
    return this.options.transport === "body" ? { transport: "body" } : {};
  }

  #headers(method: string, path: string, call: CallOptions): Record<string, string | readonly string[]> {
    const headers: Record<string, string | readonly string[]> = { ...this.options.headers };
    const bearer = call.bearer === undefined ? this.#ownToken(path) : call.bearer;
    if (bearer !== null && bearer !== undefined) headers["authorization"] = `Bearer ${bearer}`;
    const proof = call.proof === undefined ? this.#ownProof(method, path) : call.proof;
    if (proof !== null && proof !== undefined) headers["dpop"] = proof;
    const cookies = this.cookies.header();
    if (cookies !== undefined && call.cookies !== false) headers["cookie"] = cookies;
    return { ...headers, ...call.headers };
  }

  #ownToken(path: string): string | undefined {
    return PATHS_WITHOUT_TOKEN.test(path) ? undefined : this.#signedIn?.access_token;
  }

  #ownProof(method: string, path: string): string | undefined {
    return this.options.key !== undefined && PATHS_WITH_PROOF.test(path)
      ? this.proofFor(method, path)
      : undefined;
  }
}
