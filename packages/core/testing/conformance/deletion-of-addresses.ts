import { deleteUser, shown } from "./deletion-of-users.js";
import type { Suite } from "./suite.js";
import { eventOf } from "./test-context.js";

/** `deleteUser`: which e-mail addresses in the trail are the deleted user's. */
export function describeAddressDeletion({ describe, test, expect }: Suite): void {
  describe("deleteUser and the trail's addresses", () => {
    test("removes addresses that the user had before, wherever they are", async (context) => {
      await context.signIn();
      const user = { ...context.newUser("Ada", "member"), email: "old@trace.test" };
      await context.store.recordEvent(
        context.accountId,
        eventOf("user.sign_in_failed", { details: { email: "old@trace.test" } }),
      );
      await context.signIn({ user });
      await context.store.recordEvent(
        context.accountId,
        eventOf("member.invited", {
          details: { user_id: user.id, before: "old@trace.test", after: "new@trace.test" },
        }),
      );
      await context.signIn({ user: { ...user, email: "new@trace.test" } });
      await deleteUser(context, user.id);
      await context.sweepAll(1);
      expect((await shown(context)).includes("@trace.test")).toBe(false);
    });

    test("leaves the events of others who had the same e-mail before or have it now", async (context) => {
      await context.signIn();
      const email = "shared@trace.test";
      const [before, ada, after] = ["Ben", "Ada", "Cleo"].map((name) => ({
        ...context.newUser(name, "member"),
        email,
      }));
      if (before === undefined || ada === undefined || after === undefined) throw new Error("no users");
      const invite = ({ id, name }: { id: string; name: string }) =>
        context.store.recordEvent(
          context.accountId,
          eventOf("member.invited", {
            ip: "192.0.2.9",
            details: { user_id: id, name, email, role: "member" },
          }),
        );
      const events = async (userId: string) =>
        (await context.snapshot()).events.filter(({ details }) => details["user_id"] === userId);
      for (const user of [before, ada]) {
        await invite(user);
        await context.signIn({ user });
      }
      await context.signIn({ user: { ...before, email: "ben@trace.test" } });
      await deleteUser(context, ada.id);
      await invite(after);
      await context.signIn({ user: after });
      const isUntouched = async () => {
        for (const { id, name } of [before, after])
          expect(await events(id)).toMatchObject([{ ip: "192.0.2.9", details: { name, email } }]);
        expect(await events(ada.id)).toEqual([]);
      };
      await isUntouched();
      await context.sweepAll(1);
      await isUntouched();
      expect((await context.users()).find(({ id }) => id === after.id)).toMatchObject({ email });
    });

    test("leaves a user alone whose e-mail or name begins or ends with the same text", async (context) => {
      await context.signIn();
      const user = { ...context.newUser("Ann", "member"), email: "ann@trace.test" };
      await context.signIn({ user });
      const details = { email: "joann@trace.test", name: "Annette" };
      await context.store.recordEvent(
        context.accountId,
        eventOf("member.invited", { ip: "192.0.2.9", details }),
      );
      await deleteUser(context, user.id);
      await context.sweepAll();
      expect(await context.latestEvent("member.invited")).toMatchObject({ ip: "192.0.2.9", details });
    });
  });
}
