import {
  type AnswerOf,
  type Api,
  CurfewProblem,
  type CurfewSession,
  type Operations,
  type OptionsOf,
  type SessionState,
  type User,
} from "@curfew/client";
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

/** What answers the calls, by the operation's name; `text/csv` the trail as a file. */
export type ApiScript = {
  [Name in keyof Operations]?: (options: OptionsOf<Name>) => Promise<AnswerOf<Name>>;
} & { "text/csv"?: () => Promise<Blob> };

/** A session in a test's hands. */
export interface FakeSession extends CurfewSession {
  /** What was called, in order: the session's act or the operation of its `api`, and what it was given. */
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
 * @example const session = fakeSession({ api: { "GET /api/accounts/me/security": async () => policy } });
 */
export function fakeSession({
  state: first = signedIn(),
  nowMs = FAKE_NOW_MS,
  api = {},
  acts = {},
}: {
  state?: SessionState;
  nowMs?: number;
  api?: ApiScript;
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

function scripted(script: ApiScript, calls: FakeSession["calls"]): Api {
  const unreachable = (name: string) =>
    new CurfewProblem({ code: "unreachable", status: 0, detail: `${name} is not scripted`, errors: [] });
  const api = async (name: keyof Operations, options: { accept?: "text/csv" } = {}): Promise<unknown> => {
    calls.push([name, options]);
    const answer = script[options.accept ?? name] as ((given: object) => Promise<unknown>) | undefined;
    if (!answer) throw unreachable(name);
    return answer(options);
  };
  return api as Api;
}
