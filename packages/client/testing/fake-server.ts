import type { User } from "../src/api/contract.js";
import type { EndReason } from "../src/api/problem.js";
import { absoluteDeadline, endOf, idleDeadline, type StoredSession, shown } from "./fake-sessions.js";
import type { VirtualTime } from "./virtual-time.js";

const KEEP_ALIVE_MS = 15_000;
const NONCE = "a nonce of the server";

/** A call as it reaches the fake server. */
export interface FakeRequest {
  method: string;
  path: string;
  headers: Headers;
  body: Record<string, unknown>;
  /** The session that the refresh cookie is of. */
  cookie: string | null;
}

/** What it answers; `cookie` as it is set by the answer, null where it is cleared. */
export interface FakeAnswer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
  cookie?: string | null;
}

/** Where a stream's frames go. */
export interface FrameSink {
  frame(text: string): void;
  close(): void;
}

/** An honest little model of the session endpoints, with its own clock. */
export interface FakeServer {
  now(): number;
  stepClock(ms: number): void;
  /** Every call is a 503 while set. */
  isDown: boolean;
  /** No proof is taken while set. */
  refusesProofs: boolean;
  /** There is no account yet. */
  isFirstRun: boolean;
  idleMinutes: number;
  absoluteMinutes: number;
  /** Every call that came, with the server's time. */
  readonly log: { at: number; path: string; body: Record<string, unknown>; status: number }[];
  sessions(): readonly StoredSession[];
  isLive(id: string): boolean;
  handle(request: FakeRequest): FakeAnswer;
  /** Opens the stream of the token's session; answers what closes it, or the refusal. */
  watch(request: FakeRequest, sink: FrameSink): (() => void) | FakeAnswer;
  /** Ends a session as somebody else does. */
  revoke(id: string, reason: EndReason): void;
  /** Shortens a session as a policy applied now does. */
  shorten(id: string, idleMinutes: number): void;
  /** Tells every stream that the policy has changed. */
  changePolicy(): void;
}

const problem = (status: number, code: string, more: object = {}): FakeAnswer => ({
  status,
  body: { type: "about:blank", title: code, status, detail: code, code, ...more },
  headers: code === "use_dpop_nonce" ? { "DPoP-Nonce": NONCE } : {},
});

/** Makes a server with nobody signed in; any e-mail with the password `secret` may sign in. */
export function createFakeServer(time: VirtualTime): FakeServer {
  const sessions = new Map<string, StoredSession>();
  const streams = new Set<{ id: string; sink: FrameSink; stop(): void }>();
  let offsetMs = 0;
  let made = 0;
  const now = (): number => time.now() + offsetMs;

  const userOf = (id: string): User => ({
    id,
    name: id.split("@")[0] ?? id,
    email: id,
    role: "owner",
    account: { id: "account", name: "Account" },
  });
  const grant = (session: StoredSession): FakeAnswer => {
    const until = Math.min(now() + 300_000, idleDeadline(session), absoluteDeadline(session));
    const body = {
      access_token: `${session.id} ${until} ${made++}`,
      token_type: "Bearer",
      expires_in: Math.floor((until - now()) / 1000),
      session: shown(session, now()),
      user: userOf(session.userId),
    };
    return { status: 200, body, cookie: session.id };
  };
  const refused = (session: StoredSession): FakeAnswer | null => {
    const end = endOf(session, now());
    return end && problem(401, end.code, end);
  };
  const tell = (id: string | null, type: string, data: unknown): void => {
    for (const stream of streams)
      if (id === null || stream.id === id)
        stream.sink.frame(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const tellEnd = (session: StoredSession): void => {
    tell(session.id, "session.ended", endOf(session, now()));
    for (const stream of streams) if (stream.id === session.id) stream.stop();
  };
  const revoke = (id: string, reason: EndReason): void => {
    const session = sessions.get(id);
    if (!session || endOf(session, now())) return;
    session.revoked = { reason, at: now() };
    time.after(500, () => tellEnd(session));
  };
  const begin = (userId: string, cookie: string | null): FakeAnswer => {
    if (cookie) revoke(cookie, "signed_out");
    const session: StoredSession = {
      id: `session ${sessions.size + 1}`,
      userId,
      startedAt: now(),
      lastActiveAt: now(),
      idleMinutes: server.idleMinutes,
      absoluteMinutes: server.absoluteMinutes,
      revoked: null,
    };
    sessions.set(session.id, session);
    server.isFirstRun = false;
    return grant(session);
  };

  /** The session of the call's token, or why there is none. */
  const authenticate = ({ headers }: FakeRequest): StoredSession | FakeAnswer => {
    const [, name, number, until] =
      /^Bearer (session) (\d+) (\d+)/.exec(headers.get("Authorization") ?? "") ?? [];
    const session = sessions.get(`${name} ${number}`);
    if (!session) return problem(401, "unauthenticated");
    if (now() >= Number(until)) return problem(401, "token_expired");
    return refused(session) ?? session;
  };
  const judgeProof = ({ headers, method, path }: FakeRequest): FakeAnswer | null => {
    const proof = JSON.parse(headers.get("DPoP") ?? "null") as Record<string, unknown> | null;
    if (server.refusesProofs) return problem(401, "invalid_proof");
    if (!proof) return null;
    if (proof["method"] !== method || proof["path"] !== path) return problem(401, "invalid_proof");
    const isTimely = Math.abs(now() - Number(proof["iat"])) <= 60_000 || proof["nonce"] === NONCE;
    return isTimely ? null : problem(401, "use_dpop_nonce");
  };

  const refresh = (request: FakeRequest): FakeAnswer => {
    const session = sessions.get(request.cookie ?? "");
    if (!session) return problem(401, "unauthenticated");
    const refusal = refused(session) ?? judgeProof(request);
    if (refusal) return refusal;
    const idleMs = Number(request.body["idle_for_seconds"] ?? 0) * 1000;
    session.lastActiveAt = Math.max(session.lastActiveAt, now() - idleMs);
    return grant(session);
  };
  const signOut = (request: FakeRequest): FakeAnswer => {
    const caller = authenticate(request);
    const id = "status" in caller ? request.cookie : caller.id;
    if (id) revoke(id, "signed_out");
    const isOther = request.cookie !== null && request.cookie !== id && server.isLive(request.cookie);
    return { status: 204, body: null, ...(isOther ? {} : { cookie: null }) };
  };
  const enter = (request: FakeRequest): FakeAnswer => {
    if (request.body["password"] !== "secret") return problem(401, "invalid_credentials");
    return judgeProof(request) ?? begin(String(request.body["email"]), request.cookie);
  };
  const bearer = (request: FakeRequest, answer: (caller: StoredSession) => FakeAnswer): FakeAnswer => {
    const caller = authenticate(request);
    return "status" in caller ? caller : answer(caller);
  };
  const changePassword = (caller: StoredSession): FakeAnswer => {
    for (const { id, userId } of sessions.values())
      if (userId === caller.userId) revoke(id, "password_changed");
    return begin(caller.userId, null);
  };
  const endAll = (caller: StoredSession, scope: unknown): FakeAnswer => {
    const ended = [...sessions.values()].filter(
      ({ id }) => server.isLive(id) && (scope !== "others" || id !== caller.id),
    );
    for (const { id } of ended) revoke(id, "revoked_by_owner");
    return { status: 200, body: { revoked_count: ended.length } };
  };

  const answer = (request: FakeRequest): FakeAnswer => {
    if (server.isDown) return { ...problem(503, "unavailable"), headers: { "Retry-After": "1" } };
    switch (`${request.method} ${request.path}`) {
      case "GET /api/config":
        return { status: 200, body: { first_run: server.isFirstRun } };
      case "POST /api/auth/register":
      case "POST /api/auth/login":
        return enter(request);
      case "POST /api/auth/refresh":
        return refresh(request);
      case "POST /api/auth/logout":
        return signOut(request);
      case "GET /api/auth/session":
        return bearer(request, (caller) => ({
          status: 200,
          body: { session: shown(caller, now()), user: userOf(caller.userId) },
        }));
      case "POST /api/users/me/password":
        return bearer(request, changePassword);
      case "POST /api/accounts/me/security/revoke-sessions":
        return bearer(request, (caller) => endAll(caller, request.body["scope"]));
      case "GET /api/accounts/me":
        return bearer(request, () => ({ status: 200, body: { id: "account", name: "Account" } }));
      default:
        return problem(404, "not_found");
    }
  };
  const server: FakeServer = {
    now,
    stepClock(ms) {
      offsetMs += ms;
    },
    isDown: false,
    refusesProofs: false,
    isFirstRun: false,
    idleMinutes: 60,
    absoluteMinutes: 1440,
    log: [],
    sessions: () => [...sessions.values()],
    isLive(id) {
      const session = sessions.get(id);
      return session !== undefined && !endOf(session, now());
    },
    handle(request) {
      const given = answer(request);
      server.log.push({ at: now(), path: request.path, body: request.body, status: given.status });
      return given;
    },
    watch(request, sink) {
      const session = authenticate(request);
      if (server.isDown) return problem(503, "unavailable");
      if ("status" in session) return session;
      const stream = { id: session.id, sink, stop: () => {} };
      let timer = time.after(0, () => {});
      const beat = (): void => {
        sink.frame(": here\n\n");
        timer = time.after(KEEP_ALIVE_MS, beat);
      };
      const judge = (): void => {
        const left = Math.min(idleDeadline(session), absoluteDeadline(session)) - now();
        deadline = time.after(Math.min(Math.max(left, 0) + 1_000, 60_000), () =>
          endOf(session, now()) ? tellEnd(session) : judge(),
        );
      };
      let deadline = time.after(0, judge);
      stream.stop = () => {
        timer.cancel();
        deadline.cancel();
        streams.delete(stream);
        sink.close();
      };
      streams.add(stream);
      sink.frame(`event: session.state\ndata: ${JSON.stringify({ session: shown(session, now()) })}\n\n`);
      timer = time.after(KEEP_ALIVE_MS, beat);
      return stream.stop;
    },
    revoke,
    shorten(id, idleMinutes) {
      const session = sessions.get(id);
      if (!session) return;
      session.idleMinutes = Math.min(session.idleMinutes, idleMinutes);
      tell(id, "session.shortened", { session: shown(session, now()) });
    },
    changePolicy: () => tell(null, "policy.changed", {}),
  };
  return server;
}
