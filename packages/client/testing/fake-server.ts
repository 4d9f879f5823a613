import type { User } from "../src/api/contract.js";
import type { EndReason } from "../src/api/problem.js";
import { absoluteDeadline, endOf, idleDeadline, type StoredSession, wireSession } from "./fake-sessions.js";
import type { VirtualTime } from "./virtual-time.js";

const KEEP_ALIVE_MS = 15_000;
const NONCE = "a nonce of the server";

/** A request to the fake server. */
export interface FakeRequest {
  method: string;
  path: string;
  headers: Headers;
  body: Record<string, unknown>;
  /** The id of the refresh cookie's session. */
  cookie: string | null;
}

/** A response; `cookie` is the cookie to set, null to clear it. */
export interface FakeAnswer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
  cookie?: string | null;
}

/** Receives the frames of an event stream. */
export interface FrameSink {
  frame(text: string): void;
  close(): void;
}

/** A model of the session endpoints with its own clock. */
export interface FakeServer {
  now(): number;
  stepClock(ms: number): void;
  /** Answer every request with 503. */
  isDown: boolean;
  /** `Retry-After` of those answers. */
  retryAfterSeconds: number;
  /** Refuse every proof. */
  refusesProofs: boolean;
  /** Its sessions are those of the host's sign-in: the cookie is the credential, and there are no tokens. */
  isHost: boolean;
  /** No account exists yet. */
  isFirstRun: boolean;
  idleMinutes: number;
  absoluteMinutes: number;
  /** Every request, with the server's time. */
  readonly log: { at: number; path: string; body: Record<string, unknown>; status: number }[];
  sessions(): readonly StoredSession[];
  isLive(id: string): boolean;
  handle(request: FakeRequest): FakeAnswer;
  /** The host's sign-in begins a session; returns its id, which is the cookie. */
  begin(userId: string): string;
  /** Opens the event stream of the token's session; returns a function that closes it, or the refusal. */
  watch(request: FakeRequest, sink: FrameSink): (() => void) | FakeAnswer;
  /** Ends a session from outside this browser. */
  revoke(id: string, reason: EndReason): void;
  /** Shortens a session, as a policy that is applied now. */
  shorten(id: string, idleMinutes: number): void;
  /** Sends `policy.changed` to every stream. */
  changePolicy(): void;
}

const problem = (status: number, code: string, more: object = {}): FakeAnswer => ({
  status,
  body: { type: "about:blank", title: code, status, detail: code, code, ...more },
  headers: code === "use_dpop_nonce" ? { "DPoP-Nonce": NONCE } : {},
});

/** Accepts any e-mail address with the password `secret`. */
export function createFakeServer(time: VirtualTime): FakeServer {
  const sessions = new Map<string, StoredSession>();
  const streams = new Set<{ id: string; sink: FrameSink; stop(): void }>();
  let offsetMs = 0;
  let tokensIssued = 0;
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
      access_token: `${session.id} ${until} ${tokensIssued++}`,
      token_type: "Bearer",
      expires_in: Math.floor((until - now()) / 1000),
      session: wireSession(session, now()),
      user: userOf(session.userId),
    };
    return { status: 200, body, cookie: session.id };
  };
  const refused = (session: StoredSession): FakeAnswer | null => {
    const end = endOf(session, now());
    return end && problem(401, end.code, end);
  };
  const emit = (id: string | null, type: string, data: unknown): void => {
    for (const stream of streams)
      if (id === null || stream.id === id)
        stream.sink.frame(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const emitEnd = (session: StoredSession): void => {
    emit(session.id, "session.ended", endOf(session, now()));
    for (const stream of streams) if (stream.id === session.id) stream.stop();
  };
  const revoke = (id: string, reason: EndReason): void => {
    const session = sessions.get(id);
    if (!session || endOf(session, now())) return;
    session.revoked = { reason, at: now() };
    time.after(500, () => emitEnd(session));
  };
  const begin = (userId: string, isBound: boolean): StoredSession => {
    const session: StoredSession = {
      id: `session ${sessions.size + 1}`,
      userId,
      isBound,
      startedAt: now(),
      lastActiveAt: now(),
      idleMinutes: server.idleMinutes,
      absoluteMinutes: server.absoluteMinutes,
      revoked: null,
    };
    sessions.set(session.id, session);
    return session;
  };
  const startSession = (userId: string, { headers }: FakeRequest, cookie: string | null): FakeAnswer => {
    if (cookie) revoke(cookie, "signed_out");
    server.isFirstRun = false;
    return grant(begin(userId, headers.has("DPoP")));
  };
  const sessionAndUser = (session: StoredSession): FakeAnswer => ({
    status: 200,
    body: { session: wireSession(session, now()), user: userOf(session.userId) },
  });

  /** The session of the request's token, or the refusal. */
  const authenticate = ({ headers, cookie }: FakeRequest): StoredSession | FakeAnswer => {
    if (server.isHost) {
      const named = sessions.get(cookie ?? "");
      return named ? (refused(named) ?? named) : problem(401, "unauthenticated");
    }
    const [, name, number, until] =
      /^Bearer (session) (\d+) (\d+)/.exec(headers.get("Authorization") ?? "") ?? [];
    const session = sessions.get(`${name} ${number}`);
    if (!session) return problem(401, "unauthenticated");
    if (now() >= Number(until)) return problem(401, "token_expired");
    return refused(session) ?? session;
  };
  const checkProof = ({ headers, method, path }: FakeRequest): FakeAnswer | null => {
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
    const isUnproven = session.isBound && !request.headers.has("DPoP");
    const refusal =
      refused(session) ?? (isUnproven ? problem(401, "invalid_proof") : null) ?? checkProof(request);
    if (refusal) return refusal;
    const idleMs = Number(request.body["idle_for_seconds"] ?? 0) * 1000;
    session.lastActiveAt = Math.max(session.lastActiveAt, now() - idleMs);
    return server.isHost ? sessionAndUser(session) : grant(session);
  };
  const signOut = (request: FakeRequest): FakeAnswer => {
    const caller = authenticate(request);
    const id = "status" in caller ? request.cookie : caller.id;
    if (id) revoke(id, "signed_out");
    const isOther = request.cookie !== null && request.cookie !== id && server.isLive(request.cookie);
    return { status: 204, body: null, ...(isOther ? {} : { cookie: null }) };
  };
  const signIn = (request: FakeRequest): FakeAnswer => {
    if (request.body["password"] !== "secret") return problem(401, "invalid_credentials");
    return checkProof(request) ?? startSession(String(request.body["email"]), request, request.cookie);
  };
  const withToken = (request: FakeRequest, handler: (caller: StoredSession) => FakeAnswer): FakeAnswer => {
    const caller = authenticate(request);
    return "status" in caller ? caller : handler(caller);
  };
  const changePassword = (caller: StoredSession, request: FakeRequest): FakeAnswer => {
    for (const { id, userId } of sessions.values())
      if (userId === caller.userId) revoke(id, "password_changed");
    return startSession(caller.userId, request, null);
  };
  const revokeAll = (caller: StoredSession, scope: unknown): FakeAnswer => {
    const ended = [...sessions.values()].filter(
      ({ id }) => server.isLive(id) && (scope !== "others" || id !== caller.id),
    );
    for (const { id } of ended) revoke(id, "revoked_by_owner");
    return { status: 200, body: { revoked_count: ended.length } };
  };

  const answer = (request: FakeRequest): FakeAnswer => {
    if (server.isDown)
      return {
        ...problem(503, "unavailable"),
        headers: { "Retry-After": String(server.retryAfterSeconds) },
      };
    switch (`${request.method} ${request.path}`) {
      case "GET /api/config":
        return { status: 200, body: { first_run: server.isFirstRun } };
      case "POST /api/auth/register":
      case "POST /api/auth/login":
        if (server.isHost) return problem(404, "not_found");
        return signIn(request);
      case "POST /api/auth/refresh":
        return refresh(request);
      case "POST /api/auth/logout":
        return signOut(request);
      case "GET /api/auth/session":
        return withToken(request, sessionAndUser);
      case "POST /api/users/me/password":
        return withToken(request, (caller) => changePassword(caller, request));
      case "POST /api/accounts/me/security/revoke-sessions":
        return withToken(request, (caller) => revokeAll(caller, request.body["scope"]));
      case "GET /api/accounts/me":
        return withToken(request, () => ({ status: 200, body: { id: "account", name: "Account" } }));
      case "GET /reports":
      case "POST /reports":
        return withToken(request, ({ userId }) => ({ status: 200, body: { for: userId, ...request.body } }));
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
    retryAfterSeconds: 1,
    refusesProofs: false,
    isHost: false,
    isFirstRun: false,
    idleMinutes: 60,
    absoluteMinutes: 1440,
    log: [],
    sessions: () => [...sessions.values()],
    isLive(id) {
      const session = sessions.get(id);
      return session !== undefined && !endOf(session, now());
    },
    begin: (userId) => begin(userId, false).id,
    handle(request) {
      const response = answer(request);
      server.log.push({ at: now(), path: request.path, body: request.body, status: response.status });
      return response;
    },
    watch(request, sink) {
      const session = authenticate(request);
      if (server.isDown) return problem(503, "unavailable");
      if ("status" in session) return session;
      const stream = { id: session.id, sink, stop: () => {} };
      let heartbeat = time.after(0, () => {});
      const sendHeartbeat = (): void => {
        sink.frame(": here\n\n");
        heartbeat = time.after(KEEP_ALIVE_MS, sendHeartbeat);
      };
      const watchDeadline = (): void => {
        const remainingMs = Math.min(idleDeadline(session), absoluteDeadline(session)) - now();
        deadline = time.after(Math.min(Math.max(remainingMs, 0) + 1_000, 60_000), () =>
          endOf(session, now()) ? emitEnd(session) : watchDeadline(),
        );
      };
      let deadline = time.after(0, watchDeadline);
      stream.stop = () => {
        heartbeat.cancel();
        deadline.cancel();
        streams.delete(stream);
        sink.close();
      };
      streams.add(stream);
      sink.frame(
        `event: session.state\ndata: ${JSON.stringify({ session: wireSession(session, now()) })}\n\n`,
      );
      heartbeat = time.after(KEEP_ALIVE_MS, sendHeartbeat);
      return stream.stop;
    },
    revoke,
    shorten(id, idleMinutes) {
      const session = sessions.get(id);
      if (!session) return;
      session.idleMinutes = Math.min(session.idleMinutes, idleMinutes);
      emit(id, "session.shortened", { session: wireSession(session, now()) });
    },
    changePolicy: () => emit(null, "policy.changed", {}),
  };
  return server;
}
