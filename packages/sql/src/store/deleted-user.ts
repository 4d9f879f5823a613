import { DELETED_USER_NAME, nameKeyOf, type Session } from "@curfew/core";
import { run, type Unit } from "../unit.js";
import type { StoreContext } from "./context.js";

/** The columns of a user who was deleted. @param epoch the last one @param at milliseconds since the Unix epoch */
export const deletedColumns = (epoch: number, at: number) =>
  ({
    name: DELETED_USER_NAME,
    name_key: nameKeyOf(DELETED_USER_NAME),
    email: "",
    role: "member",
    disabled: 1,
    epoch,
    role_epoch: epoch,
    last_login_at: null,
    deleted_at: at,
  }) as const;

/** Inserts who stands for a deleted user in sessions and events, and returns the id, which is random. */
export function* insertDeletedUser(context: StoreContext, accountId: string, now: number): Unit<string> {
  const id = context.newId(now);
  yield* run(
    context.queries
      .insertInto("curfew_users")
      .values({ account_id: accountId, id, ...deletedColumns(0, now) }),
  );
  return id;
}

const NO_DEVICE = { label: null, userAgent: null, ip: null };

/** Returns a session without its devices, networks and key. */
export const withoutDevice = (session: Session): Session => ({
  ...session,
  keyThumbprint: null,
  rotationNetworks: [],
  device: NO_DEVICE,
  lastSeen: NO_DEVICE,
});

/** The session of a user who was deleted. @param userId the id in place of the user's */
export const withoutUser = (session: Session, userId: string): Session => ({
  ...withoutDevice(session),
  userId,
});
