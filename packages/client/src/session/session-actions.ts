import type { SignIn, User } from "../api/contract.js";
import type { Api, Operations } from "../api/operations.js";
import type { ActivityLog } from "./activity-log.js";
import type { CurfewSession } from "./model.js";
import type { Ports } from "./ports.js";
import type { Proofs } from "./proofs.js";
import { type Refresher, underAuthLock } from "./refresher.js";
import type { LiveSession, SessionStore } from "./session-store.js";

type SessionActions = Pick<
  CurfewSession,
  | "signIn"
  | "register"
  | "acceptInvitation"
  | "resetPassword"
  | "changePassword"
  | "adopt"
  | "reauthenticate"
  | "signOut"
  | "deferEnd"
>;

/** A host's own sign-in. After each, the server is asked for the session. */
export interface SignInOptions {
  /** Signs in with what a user typed, in place of Curfew's own route; rejects with a `CurfewProblem`. */
  signIn?: (credentials: SignIn) => Promise<void>;
  /** Lets the user prove once more who they are, without a password that Curfew asks for, as in a window of an identity provider. */
  reauthenticate?: () => Promise<void>;
}

/** The operations that start a session. */
type StartOperation =
  | "POST /api/auth/login"
  | "POST /api/auth/register"
  | "POST /api/auth/accept-invitation"
  | "POST /api/auth/reset-password"
  | "POST /api/users/me/password";

/**
 * Creates the actions that start or end a session in this browser. Its tabs don't report the end of the previous session.
 *
 * @param api its calls with a proof must not refresh the token, because they run under the lock that a refresh needs
 */
export function createSessionActions(
  ports: Ports,
  store: SessionStore,
  activity: ActivityLog,
  refresher: Refresher,
  proofs: Proofs,
  api: Api,
  { signIn, reauthenticate }: SignInOptions,
): SessionActions {
  const run = <T>(path: string, call: () => Promise<T>): Promise<T> =>
    proofs.prepare(path).then(() => underAuthLock(ports, () => store.deferEnd(call)));

  const startAction =
    (name: StartOperation, prepare?: () => Promise<void>) =>
    async (body: Operations[StartOperation]["body"]): Promise<User> => {
      // The activity is now, however long the call waits for the lock.
      activity.record(0);
      await prepare?.();
      return (await run(name.slice(5), () => refresher.apply(() => api(name, { body })))).user;
    };

  const { adopt } = refresher;
  const adoptAfter = <Given = void>(act: ((given: Given) => Promise<void>) | undefined) =>
    act && ((given: Given): Promise<void> => store.deferEnd(() => act(given).then(adopt), true));
  const signInAsHost = adoptAfter(signIn);

  return {
    signIn: signInAsHost
      ? (body) => signInAsHost(body).then(() => (store.live as LiveSession).user)
      : startAction("POST /api/auth/login"),
    adopt,
    reauthenticate: adoptAfter(reauthenticate),
    register: startAction("POST /api/auth/register"),
    acceptInvitation: startAction("POST /api/auth/accept-invitation"),
    resetPassword: startAction("POST /api/auth/reset-password"),
    // The call needs a valid token, which can't be refreshed under the lock.
    changePassword: startAction("POST /api/users/me/password", () => {
      const token = store.live?.token;
      return refresher.refresh(() => store.live?.token === token);
    }),
    signOut: () => run("/api/auth/logout", () => api("POST /api/auth/logout").then(store.leave)),
    deferEnd: store.deferEnd,
  };
}
