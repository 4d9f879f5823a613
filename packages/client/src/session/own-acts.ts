import type { User } from "../api/contract.js";
import type { Api, Operations } from "../api/operations.js";
import type { CurfewProblem } from "../api/problem.js";
import type { ActivityLog } from "./activity-log.js";
import { underAuthLock } from "./auth-lock.js";
import type { CurfewSession } from "./model.js";
import type { Ports } from "./ports.js";
import type { Renewal } from "./renewal.js";
import type { SessionBook } from "./session-book.js";

type OwnActs = Pick<
  CurfewSession,
  "signIn" | "register" | "acceptInvitation" | "changePassword" | "signOut" | "endEverySession"
>;

/** What begins a session. */
type Entry =
  | "POST /api/auth/login"
  | "POST /api/auth/register"
  | "POST /api/auth/accept-invitation"
  | "POST /api/users/me/password";

/**
 * What a person does to their own session here: this browser's tabs are not told of its end as if somebody else had done it.
 *
 * @param api whose calls that take a proof are sent as they are, so that nothing is renewed inside the lock
 */
export function createOwnActs(
  ports: Ports,
  book: SessionBook,
  activity: ActivityLog,
  renewal: Renewal,
  api: Api,
): OwnActs {
  const underHold = <T>(call: () => Promise<T>): Promise<T> => underAuthLock(ports, () => book.holding(call));

  /** The person asks for it now, however long it then waits for its turn. */
  const enter =
    (name: Entry, prepare?: () => Promise<void>) =>
    async (body: Operations[Entry]["body"]): Promise<User> => {
      activity.touch();
      await prepare?.();
      const { user } = await underHold(() => renewal.taking(() => api(name, { body })));
      return user;
    };

  return {
    signIn: enter("POST /api/auth/login"),
    register: enter("POST /api/auth/register"),
    acceptInvitation: enter("POST /api/auth/accept-invitation"),
    // Inside the lock a token that is refused could not be renewed.
    changePassword: enter("POST /api/users/me/password", () => renewal.otherToken(book.live?.token)),
    signOut: () =>
      underHold(async () => {
        await api("POST /api/auth/logout").catch((problem: CurfewProblem) => {
          if (problem.status !== 401) throw problem;
        });
        book.leave();
      }),
    endEverySession: () => book.holding(() => api("POST /api/accounts/me/security/revoke-sessions")),
  };
}
