import { CookieJar } from "./cookie-jar.js";
import type { DpopKey } from "./dpop-key.js";
import { type Answer, send } from "./send.js";
import type { Service } from "./service.js";
import type { SignIn, UserState } from "./wire.js";

/** The calls that make, renew or end a session, and so carry the client's proof where it has a key. */
const WITH_PROOF = /^\/api\/(auth\/(register|login|refresh|logout|accept-invitation)|users\/me\/password)$/;
/** The calls that no access token is sent with. */
const WITHOUT_TOKEN = /^\/api\/(auth\/(register|login|refresh|invitation|accept-invitation)|config)/;

/** Where a service answers, and by which URL it goes. */
export type Reachable = Pick<Service, "host" | "port" | "publicUrl">;

export interface VisitorOptions {
  readonly transport?: "cookie" | "body";
  readonly key?: DpopKey;
  /** Sent with every call. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface VisitorCall {
  readonly json?: unknown;
  readonly raw?: string | Buffer;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** The access token to present instead of the visitor's own; null for none. */
  readonly bearer?: string | null;
  /** The proof to present instead of a fresh one; null for none. */
  readonly proof?: string | null;
  readonly cookies?: false;
}

/** One client of the service: a browser with its cookies, or a program that carries its refresh token itself. */
export class Visitor {
  readonly service: Reachable;
  readonly options: VisitorOptions;
  readonly cookies = new CookieJar();
  email = "";
  password = "";
  nonce: string | undefined;
  #signedIn: SignIn | undefined;

  constructor(service: Reachable, options: VisitorOptions = {}) {
    this.service = service;
    this.options = options;
  }

  /** What the last sign-in or refresh answered. */
  get signedIn(): SignIn {
    if (this.#signedIn === undefined) throw new Error("this visitor has not signed in");
    return this.#signedIn;
  }

  get user(): UserState {
    return this.signedIn.user;
  }

  get sessionId(): string {
    return this.signedIn.session.id;
  }

  /** The refresh token that it carries, in the cookie or by itself. */
  get refreshToken(): string {
    const token =
      this.options.transport === "body"
        ? this.signedIn.refresh_token
        : (this.cookies.get("curfew_refresh") ?? this.cookies.get("__Host-curfew_refresh"));
    if (token === undefined) throw new Error("this visitor has no refresh token");
    return token;
  }

  /** A proof of the visitor's key for a call of this path. */
  proofFor(method: string, path: string): string {
    if (this.options.key === undefined) throw new Error("this visitor has no key");
    const url = `${this.service.publicUrl}${path}`;
    return this.options.key.proof({
      method,
      url,
      ...(this.nonce === undefined ? {} : { nonce: this.nonce }),
    });
  }

  async call(method: string, path: string, call: VisitorCall = {}): Promise<Answer> {
    const answer = await send(this.service, {
      method,
      path,
      headers: this.#headers(method, path, call),
      ...(call.json === undefined ? {} : { json: call.json }),
      ...(call.raw === undefined ? {} : { raw: call.raw }),
    });
    this.cookies.take(answer.setCookies);
    if (typeof answer.headers["dpop-nonce"] === "string") this.nonce = answer.headers["dpop-nonce"];
    if (method === "POST" && answer.status < 300 && answer.text.includes('"access_token"'))
      this.#signedIn = answer.as<SignIn>();
    return answer;
  }

  get(path: string, call: VisitorCall = {}): Promise<Answer> {
    return this.call("GET", path, call);
  }

  post(path: string, json?: unknown, call: VisitorCall = {}): Promise<Answer> {
    return this.call("POST", path, json === undefined ? call : { ...call, json });
  }

  patch(path: string, json: unknown, call: VisitorCall = {}): Promise<Answer> {
    return this.call("PATCH", path, { ...call, json });
  }

  delete(path: string, call: VisitorCall = {}): Promise<Answer> {
    return this.call("DELETE", path, call);
  }

  /** Signs in with the visitor's e-mail and password. */
  login(fields: Readonly<Record<string, unknown>> = {}, call: VisitorCall = {}): Promise<Answer> {
    const { email, password } = this;
    return this.post("/api/auth/login", { email, password, ...this.transport(), ...fields }, call);
  }

  /** Renews the session with the token that the visitor carries. */
  refresh(fields: Readonly<Record<string, unknown>> = {}, call: VisitorCall = {}): Promise<Answer> {
    const carried = this.options.transport === "body" ? { refresh_token: this.refreshToken } : {};
    return this.post("/api/auth/refresh", { ...carried, ...fields }, call);
  }

  /** The field that asks for the visitor's transport; the default goes unsaid. */
  transport(): { transport?: "body" } {
    return this.options.transport === "body" ? { transport: "body" } : {};
  }

  #headers(method: string, path: string, call: VisitorCall): Record<string, string | readonly string[]> {
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
    return WITHOUT_TOKEN.test(path) ? undefined : this.#signedIn?.access_token;
  }

  #ownProof(method: string, path: string): string | undefined {
    return this.options.key !== undefined && WITH_PROOF.test(path) ? this.proofFor(method, path) : undefined;
  }
}
