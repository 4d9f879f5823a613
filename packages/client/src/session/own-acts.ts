import type { Api } from "../api/api.js";
import type { Grant, User } from "../api/contract.js";
import type { ActivityLog } from "./activity-log.js";
import { underAuthLock } from "./auth-lock.js";
import type { CurfewSession } from "./model.js";
import type { Ports } from "./ports.js";
import type { Renewal } from "./renewal.js";
import type { SessionBook } from "./session-book.js";
import { verdictOf } from "./verdict.js";

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
  const enter = (call: () => Promise<Grant>): Promise<User> =>
    underAuthLock(ports, () =>
      book.holding(async () => {
        const asked = ports.clock.wall();
        activity.touch();
        const grant = await call();
        activity.reported(activity.agoMs());
        renewal.renewed();
        book.grant(grant, asked, activity.agoMs());
        return grant.user;
      }),
    );

  return {
    signIn: (body) => enter(() => direct.signIn(body)),
    register: (body) => enter(() => direct.register(body)),
    acceptInvitation: (body) => enter(() => direct.acceptInvitation(body)),
    async changePassword(body) {
      const change = () => enter(() => direct.changePassword(body));
      await renewal.freshToken();
      const token = book.live()?.token;
      try {
        return await change();
      } catch (problem) {
        if (verdictOf(problem).kind !== "token_refused" || token === undefined) throw problem;
        await renewal.otherToken(token);
        return change();
      }
    },
    async signOut() {
      await underAuthLock(ports, () =>
        book.holding(async () => {
          await direct.signOut().catch((problem: unknown) => {
            if ((problem as { status?: number }).status !== 401) throw problem;
          });
          book.leave();
        }),
      );
    },
    endEverySession: () => book.holding(() => api.endAccountSessions("all")),
  };
}
