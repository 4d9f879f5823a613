import type {
  Accounts,
  Curfew,
  DeleteUser,
  Events,
  ListActiveUsers,
  Policies,
  PolicyUpdateOptions,
  Revocations,
  RevokeOptions,
  Users,
} from "../curfew.js";
import type { PolicySettings } from "../policy/policy.js";
import { limitFaults } from "../policy/validate.js";
import type {
  ActiveUserPosition,
  ListEventsInput,
  ListUsersInput,
  UpdateUserInput,
  UserPosition,
} from "../store.js";
import {
  anything,
  type Check,
  callback,
  type Fields,
  moment,
  nullable,
  object,
  oneOf,
  optional,
  text,
  trueOrFalse,
  wholeNumber,
} from "./checks.js";
import { type Descriptions, fieldsOf, named, rejects, throws } from "./describe.js";
import { GOVERNED, SESSIONS } from "./sessions.js";
import { actor, eventTypeFilter, id, newEvent, pageSize, role } from "./values.js";

const account = named("accountId", id);

function policies({ bounds }: PolicySettings): Descriptions<Policies> {
  const limit =
    (name: "idleMinutes" | "absoluteMinutes"): Check =>
    (value) => {
      const faults = limitFaults(name, value, bounds);
      return faults.length === 0 ? null : faults.map((fault) => ({ ...fault, field: "" }));
    };
  const patch = fieldsOf(
    "patch",
    object({ idleMinutes: limit("idleMinutes"), absoluteMinutes: limit("absoluteMinutes") }),
  );
  return {
    get: rejects(account),
    update: rejects(
      account,
      patch,
      fieldsOf(
        "options",
        object<PolicyUpdateOptions>({
          actor,
          authenticatedAt: optional(moment),
          ownerOnly: optional(trueOrFalse),
          version: optional(wholeNumber({ min: 0 })),
          apply: optional(oneOf(["next_login", "now"])),
        }),
      ),
    ),
    preview: rejects(
      account,
      patch,
      fieldsOf("options", optional(object({ callerSessionId: optional(id) }))),
    ),
  };
}

const REVOKE_OPTIONS: Fields<RevokeOptions> = { actor, spareSessionId: optional(id) };

const REVOCATIONS: Descriptions<Revocations> = {
  account: rejects(account, fieldsOf("options", object(REVOKE_OPTIONS))),
  user: rejects(
    account,
    named("userId", id),
    fieldsOf(
      "options",
      object({ ...REVOKE_OPTIONS, reason: optional(oneOf(["revoked_by_owner", "revoked_by_user"])) }),
    ),
  ),
};

const USERS: Descriptions<Users> = {
  get: rejects(account, named("userId", id)),
  list: rejects(
    fieldsOf(
      "input",
      object<ListUsersInput>({
        accountId: id,
        limit: pageSize,
        after: nullable(object<UserPosition>({ key: text(), name: text(), id })),
      }),
    ),
  ),
  active: rejects(account, named("limit", optional(pageSize))),
  listActive: rejects(
    fieldsOf(
      "input",
      object<ListActiveUsers>({
        accountId: id,
        limit: pageSize,
        after: nullable(object<ActiveUserPosition>({ lastLoginAt: moment, id })),
        search: optional(text()),
      }),
    ),
  ),
  update: rejects(
    fieldsOf(
      "input",
      object<Parameters<Users["update"]>[0]>({
        accountId: id,
        userId: id,
        changes: object<UpdateUserInput["changes"]>({
          name: optional(text()),
          email: optional(text()),
          role: optional(role),
          disabled: optional(trueOrFalse),
        }),
        actor,
        authenticatedAt: optional(moment),
        alongside: anything,
      }),
    ),
  ),
  delete: rejects(
    fieldsOf("input", object<DeleteUser>({ accountId: id, userId: id, actor, alongside: anything })),
  ),
};

const ACCOUNTS: Descriptions<Accounts> = {
  delete: rejects(
    fieldsOf(
      "input",
      object<Parameters<Accounts["delete"]>[0]>({ accountId: id, actor, alongside: anything }),
    ),
  ),
};

const EVENTS: Descriptions<Events> = {
  list: rejects(
    fieldsOf(
      "input",
      object<ListEventsInput>({
        accountId: id,
        type: eventTypeFilter,
        userId: optional(id),
        from: optional(moment),
        to: optional(moment),
        limit: pageSize,
        after: nullable(object<NonNullable<ListEventsInput["after"]>>({ at: moment, id })),
      }),
    ),
  ),
  record: rejects(
    account,
    named("event", newEvent),
    fieldsOf("options", optional(object({ foldKey: optional(text({ min: 1, max: 255 })) }))),
  ),
};

/** The public methods of the engine. */
export type PublicMethods = Omit<Curfew, "jwks" | "settings">;

/**
 * Describes the parameters of every public method.
 *
 * @param policy whose bounds hold for the limits of a patch, in minutes
 */
export const describeMethods = (policy: PolicySettings): Descriptions<PublicMethods> => ({
  sessions: SESSIONS,
  governed: GOVERNED,
  policy: policies(policy),
  revoke: REVOCATIONS,
  users: USERS,
  accounts: ACCOUNTS,
  events: EVENTS,
  requireRecentSignIn: throws(named("authenticatedAt", moment)),
  now: throws(),
  feedHealth: throws(),
  ready: rejects(),
  onEnding: throws(named("listener", callback)),
  sweep: rejects(),
  close: throws(),
});
