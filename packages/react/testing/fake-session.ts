import { type Api, CurfewProblem, type CurfewSession, type SessionState, type User } from "@curfew/client";
import { FAKE_NOW_MS, signedIn } from "./signed-in.js";

/** What the session itself does, each by its name. */
type Acts = Pick<
  CurfewSession,
  | "signIn"
  | "register"
  | "acceptInvitation"
  | "changePassword"
  | "signOut"
  | "staySignedIn"
  | "dismissWarning"
  | "endEverySession"
  | "leave"
>;

/** A session in a test's hands. */
export interface FakeSession extends CurfewSession {
  /** What was called on the session and on its `api`, in order: the name and what it was given. */
  readonly calls: [name: string, ...values: unknown[]][];
  /** Takes a new state and tells whoever listens. */
  become(state: SessionState): void;
  /** Somebody has changed the account's policy. */
  policyChanged(): void;
  /** Moves the server's clock on, in milliseconds; timers are the test's own business. */
  advance(ms: number): void;
  /** How often the session was begun. */
  started(): number;
}

/**
 * Makes a session with no server and no browser behind it: its state is what the test says, its calls are scripted.
 *
 * @param script `state` (Ada is signed in unless told), `nowMs`, the calls of `api` that answer, and the acts that do
 *   not simply succeed. A call of `api` that is not scripted rejects with `unreachable`
 * @example const session = fakeSession({ api: { policy: async () => policy } });
 */
export function fakeSession({
  state: first = signedIn(),
  nowMs = FAKE_NOW_MS,
  api = {},
  acts = {},
}: {
  state?: SessionState;
  nowMs?: number;
  api?: Partial<Api>;
  acts?: Partial<Acts>;
} = {}): FakeSession {
  const calls: FakeSession["calls"] = [];
  const listeners = new Set<() => void>();
  const policyListeners = new Set<() => void>();
  let state = first;
  let now = nowMs;
  let begun = 0;

  const user = async (): Promise<User> => (state.status === "signed_in" ? state : signedIn()).user;
  const succeeding: Acts = {
    signIn: user,
    register: user,
    acceptInvitation: user,
    changePassword: user,
    async signOut() {},
    async staySignedIn() {},
    dismissWarning() {},
    endEverySession: async () => ({ revoked_count: 1 }),
    leave() {},
  };
  return {
    ...recorded({ ...succeeding, ...acts }, calls),
    api: scripted(api, calls),
    calls,
    getState: () => state,
    subscribe: (listener) => listen(listeners, listener),
    onPolicyChange: (listener) => listen(policyListeners, listener),
    start() {
      begun += 1;
    },
    stop() {},
    now: () => now,
    started: () => begun,
    become(next) {
      state = next;
      for (const listener of [...listeners]) listener();
    },
    policyChanged() {
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

/** The same acts, each written down before it is done. */
function recorded(acts: Acts, calls: FakeSession["calls"]): Acts {
  const call = (name: string, act: (...values: never[]) => unknown) => [
    name,
    (...values: unknown[]) => {
      calls.push([name, ...values]);
      return act(...(values as never[]));
    },
  ];
  return Object.fromEntries(Object.entries(acts).map(([name, act]) => call(name, act)));
}

function scripted(api: Partial<Api>, calls: FakeSession["calls"]): Api {
  const unreachable = (name: string) => () =>
    Promise.reject(
      new CurfewProblem({ code: "unreachable", status: 0, detail: `${name} is not scripted`, errors: [] }),
    );
  return new Proxy({} as Api, {
    get: (_, name: string & keyof Api) => {
      const call = api[name] ?? unreachable(name);
      return (...values: unknown[]) => {
        calls.push([name, ...values]);
        return (call as (...all: unknown[]) => unknown)(...values);
      };
    },
  });
}
