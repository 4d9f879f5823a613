import type { EndSession, RefreshOptions, Sessions, SignOutOptions, StartSession } from "../curfew.js";
import type {
  EndGovernedOptions,
  Governed,
  GovernedKey,
  OpenGoverned,
  TouchOptions,
} from "../curfew-governed.js";
import type { SessionPosition } from "../store.js";
import {
  absent,
  anyText,
  anything,
  arrayOf,
  callback,
  type Fields,
  moment,
  nullable,
  object,
  oneOf,
  optional,
  text,
  trueOrFalse,
} from "./checks.js";
import { type Descriptions, fieldsOf, named, rejects, throws, token } from "./describe.js";
import {
  actor,
  device,
  hostSessionId,
  hostUser,
  id,
  idleForSeconds,
  ip,
  pageSize,
  prepared,
  proof,
  reason,
  startEvent,
  thumbprint,
} from "./values.js";

const accountAndSession = [named("accountId", id), named("sessionId", id)] as const;
const listener = named("listener", callback);

export const SESSIONS: Descriptions<Sessions> = {
  prepare: rejects(named("accountId", id), named("userId", id)),
  start: rejects(
    fieldsOf(
      "input",
      object<StartSession>({
        accountId: id,
        user: hostUser,
        startedAt: optional(moment),
        authenticatedAt: optional(moment),
        notAfter: optional(moment),
        device,
        keyThumbprint: optional(nullable(thumbprint)),
        prepared: optional(prepared),
        rechecks: optional(trueOrFalse),
        replaces: optional(object<NonNullable<StartSession["replaces"]>>({ refreshToken: anyText, proof })),
        endsOthers: optional(reason),
        event: optional(startEvent),
        alongside: anything,
      }),
    ),
  ),
  refresh: rejects(
    token,
    fieldsOf("options", optional(object<RefreshOptions>({ proof, idleForSeconds, ip, device }))),
  ),
  verify: rejects(token),
  verifyNow: throws(token),
  refuseEnded: rejects(token),
  peek: rejects(token),
  get: rejects(...accountAndSession),
  list: rejects(
    fieldsOf(
      "input",
      object<Parameters<Sessions["list"]>[0]>({
        search: optional(text()),
        accountId: id,
        userId: optional(id),
        limit: pageSize,
        after: nullable(
          object<SessionPosition>({ lastActiveAt: nullable(moment), id, mark: text({ min: 1 }) }),
        ),
      }),
    ),
  ),
  end: rejects(
    fieldsOf(
      "input",
      object<EndSession>({
        accountId: id,
        sessionId: id,
        userId: optional(id),
        reason: oneOf(["signed_out", "revoked_by_owner", "revoked_by_user"]),
        actor,
      }),
    ),
  ),
  signOut: rejects(token, fieldsOf("options", optional(object<SignOutOptions>({ proof, ip })))),
  named: throws(token),
  watch: rejects(
    fieldsOf(
      "identity",
      object<Parameters<Sessions["watch"]>[0]>({
        accountId: id,
        sessionId: id,
        issuedAt: optional(moment),
      }),
    ),
    listener,
  ),
};

const KEY: Fields<GovernedKey> = { accountId: id, hostSessionId };
const key = fieldsOf("key", object(KEY));

/** What counts only where the session begins. */
const BEGINNING: Fields<Omit<OpenGoverned, keyof GovernedKey | "user" | "authenticatedAt">> = {
  startedAt: moment,
  lastActiveAt: optional(moment),
  notAfter: optional(moment),
  device,
  endsOthers: optional(reason),
};
const OPEN: Fields<OpenGoverned> = {
  ...KEY,
  user: hostUser,
  authenticatedAt: optional(moment),
  ...BEGINNING,
};
const opening = object(OPEN);
const beginning = object(BEGINNING);

/** Whether a key is the whole of what a host says of a session. */
export const isOpening = (input: GovernedKey | OpenGoverned): input is OpenGoverned =>
  opening(input) === null;

/** Whether what counts only where the session begins is of the right types. */
export const hasSoundBeginning = (input: OpenGoverned): boolean => beginning(input) === null;

const importedRow = object<OpenGoverned>({
  ...OPEN,
  endsOthers: absent("Must be left out: an import ends no other sessions."),
});

export const GOVERNED: Descriptions<Governed> = {
  open: rejects(fieldsOf("input", opening)),
  check: rejects(key),
  admitNow: throws(fieldsOf("input", opening)),
  admit: rejects(fieldsOf("input", opening), named("deviceOf", optional(callback))),
  touch: rejects(
    key,
    fieldsOf(
      "options",
      optional(object<TouchOptions>({ idleForSeconds, isReported: optional(trueOrFalse) })),
    ),
  ),
  end: rejects(
    key,
    fieldsOf(
      "options",
      optional(
        object<EndGovernedOptions>({
          reason: optional(oneOf(["signed_out", "revoked_by_user", "revoked_by_owner", "password_changed"])),
          actor: optional(actor),
          ip,
        }),
      ),
    ),
  ),
  watch: rejects(key, listener),
  import: rejects(named("rows", arrayOf(importedRow, { max: 1000 }))),
};
