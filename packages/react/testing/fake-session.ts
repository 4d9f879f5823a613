import {
  type AnswerOf,
  type Api,
  CurfewProblem,
  type CurfewSession,
  type EventFilter,
  type Operations,
  type OptionsOf,
  type SessionState,
  type User,
} from "@curfew/client";
import { FAKE_NOW_MS, signedIn } from "./signed-in.js";

/** The methods of a session that make requests or change its state. */
type SessionMethods = Pick<
  CurfewSession,
  | "signIn"
  | "register"
  | "acceptInvitation"
  | "resetPassword"
  | "changePassword"
  | "signOut"
  | "active"
  | "adopt"
  | "fetch"
  | "reauthenticate"
  | "staySignedIn"
  | "dismissWarning"
  | "deferEnd"
  | "leave"
>;

/** Responses of API operations, by name; `text/csv` responds to the audit trail as a file. */
export type ApiScript = {
  [Name in keyof Operations]?: (options: OptionsOf<Name>) => Promise<AnswerOf<Name>>;
} & { "text/csv"?: (options: { query?: EventFilter }) => Promise<Blob> };

/** A session that a test controls. */
export interface FakeSession extends CurfewSession {
  /** All calls in order: the name of the method or API operation, and its arguments. */
  readonly calls: [name: string, ...values: unknown[]][];
  /** Sets the state and notifies the subscribers. */
  setState(state: SessionState): void;
  /** Notifies the listeners of `onPolicyChange`. */
  emitPolicyChange(): void;
  /** Advances the server's clock by milliseconds; timers are up to the test. */
  advance(ms: number): void;
  /** Number of `start` calls. */
  startCount(): number;
}

/**
 * Creates a session without a server or browser APIs.
 *
 * @param options.state initial state; default: Ada is signed in
 * @param options.nowMs the server's clock; default: `FAKE_NOW_MS`
 * @param options.api responses by operation; an operation without one rejects with `unreachable`
 * @param options.methods implementations of session methods; default: they succeed
 * @example const session = fakeSession({ api: { "GET /api/accounts/me/security": async () => policy } });
 */
export function fakeSession({
  state: initialState = signedIn(),
  nowMs = FAKE_NOW_MS,
  api = {},
  methods = {},
}: {
  state?: SessionState;
  nowMs?: number;
  api?: ApiScript;
  methods?: Partial<SessionMethods>;
} = {}): FakeSession {
  const calls: FakeSession["calls"] = [];
  const listeners = new Set<() => void>();
  const policyListeners = new Set<() => void>();
  let state = initialState;
  let now = nowMs;
  let starts = 0;

  const user = async (): Promise<User> => (state.status === "signed_in" ? state : signedIn()).user;
  const succeeding: SessionMethods = {
    signIn: user,
    register: user,
    acceptInvitation: user,
    resetPassword: user,
    changePassword: user,
    async signOut() {},
    active() {},
    async adopt() {},
    fetch: async () => new Response(),
    async staySignedIn() {},
    dismissWarning() {},
    deferEnd: (call) => call(),
    leave() {},
  };
  return {
    ...recorded({ ...succeeding, ...methods }, calls),
    api: scriptedApi(api, calls),
    calls,
    getState: () => state,
    subscribe: (listener) => listen(listeners, listener),
    onPolicyChange: (listener) => listen(policyListeners, listener),
    start() {
      starts += 1;
    },
    stop() {},
    now: () => now,
    startCount: () => starts,
    setState(next) {
      state = next;
      for (const listener of [...listeners]) listener();
    },
    emitPolicyChange() {
      for (const listener of [...policyListeners]) listener();
    },
    advance(ms) {
      now += ms;
    },
  };
}

function listen(listeners: Set<() => void>, listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Wraps each method so that its calls are recorded. */
function recorded(methods: SessionMethods, calls: FakeSession["calls"]): SessionMethods {
  const record = (name: string, method: (...values: never[]) => unknown) => [
    name,
    (...values: unknown[]) => {
      calls.push([name, ...values]);
      return method(...(values as never[]));
    },
  ];
  const given = Object.entries(methods).filter(([, method]) => method !== undefined);
  return Object.fromEntries(
    given.map(([name, method]) => record(name, method as (...values: never[]) => unknown)),
  );
}

function scriptedApi(script: ApiScript, calls: FakeSession["calls"]): Api {
  const unreachable = (name: string) =>
    new CurfewProblem({ code: "unreachable", status: 0, detail: `${name} is not scripted`, errors: [] });
  const api = async (name: keyof Operations, options: { accept?: "text/csv" } = {}): Promise<unknown> => {
    calls.push([name, options]);
    const respond = script[options.accept ?? name] as ((options: object) => Promise<unknown>) | undefined;
    if (!respond) throw unreachable(name);
    return respond(options);
  };
  return api as Api;
}
