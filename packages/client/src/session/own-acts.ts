import type { Api } from "../api/api.js";
import type { Grant, User } from "../api/contract.js";
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

/**
 * What a person does to their own session here: this browser's tabs are not told of its end as if somebody else had done it.
 *
 * @param direct whose calls are sent as they are, so that nothing is renewed inside the lock
 * @param api whose calls are renewed and repeated
 */
export function createOwnActs(
  ports: Ports,
  book: SessionBook,
  activity: ActivityLog,
  renewal: Renewal,
  direct: Api,
  api: Api,
): OwnActs {
  const underHold = <T>(call: () => Promise<T>): Promise<T> => underAuthLock(ports, () => book.holding(call));

  const enter =
    <Body>(call: (body: Body) => Promise<Grant>) =>
    (body: Body): Promise<User> =>
      underHold(async () => {
        const asked = ports.clock.wall();
        activity.touch();
        const grant = await call(body);
        renewal.granted(grant, asked, ports.clock.monotonic() - activity.agoMs());
        return grant.user;
      });
  const changePassword = enter(direct.changePassword);

  return {
    signIn: enter(direct.signIn),
    register: enter(direct.register),
    acceptInvitation: enter(direct.acceptInvitation),
    async changePassword(body) {
      // Inside the lock a token that is refused could not be renewed.
      await renewal.otherToken(book.live?.token);
      return changePassword(body);
    },
    signOut: () =>
      underHold(async () => {
        await direct.signOut().catch((problem: CurfewProblem) => {
          if (problem.status !== 401) throw problem;
        });
        book.leave();
      }),
    endEverySession: () => book.holding(() => api.endAccountSessions("all")),
  };
}
