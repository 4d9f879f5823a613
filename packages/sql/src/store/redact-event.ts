import { DELETED_USER_NAME, type EventDetails } from "@curfew/core";

/** A deleted user whose data may still be in some rows. */
export interface DeletedUser {
  /** The id until the deletion. */
  readonly userId: string;
  /** The random id in its place. */
  readonly newId: string;
  readonly name: string;
  /** The addresses that the user is known to have had. */
  readonly emails: readonly string[];
}

/** The columns of an event that can tell who somebody is. */
export interface TracedEvent {
  readonly actorId: string | null;
  readonly ip: string | null;
  /** JSON. */
  readonly details: string;
  /** The user of the event's session, if that session is there. */
  readonly sessionUserId: string | null;
}

export interface RedactedEvent extends Pick<TracedEvent, "actorId" | "ip" | "details"> {
  /** E-mail addresses of the user that were not known. */
  readonly newEmails: readonly string[];
}

/**
 * Takes a deleted user out of an event: the id becomes the new one, and name, addresses and devices go. Returns null for an event
 * that is not about the user.
 *
 * An event is about the user who acted, the one whose id is in its details, or whose e-mail is where nobody's id is, and the one
 * whose session it names. Each object in the details with a `user_id` is about that user, and an e-mail in it is that user's own.
 */
export function redactEvent(event: TracedEvent, user: DeletedUser): RedactedEvent | null {
  const isActor = event.actorId === user.userId;
  const isOwnSession = event.sessionUserId === user.userId || event.sessionUserId === user.newId;
  if (!isActor && !isOwnSession && !mayName(event.details, user)) return null;
  const details: EventDetails = JSON.parse(event.details);
  const isOfNobodyElse = event.actorId === null || isActor;
  const found: Found = { isNamed: isActor || isOwnSession, emails: new Set() };
  const about = isOfNobodyElse && found.isNamed ? "actor" : "nobody";
  let redacted = redactFields(details, { user, about, found });
  if (!found.isNamed) return null;
  // A field after a name may have told that the name is the user's.
  redacted = redactFields(redacted, { user, about, found });
  return {
    actorId: isActor ? user.newId : event.actorId,
    ip: isOfNobodyElse ? null : event.ip,
    details: JSON.stringify(redacted),
    newEmails: [...found.emails],
  };
}

/** What the details turned out to hold of the user. */
interface Found {
  isNamed: boolean;
  readonly emails: Set<string>;
}

interface Scope {
  readonly user: DeletedUser;
  /**
   * Whom the fields are about: the deleted user; the deleted user as the one who acted, so that a `name`, and texts `before` and
   * `after`, may be the account's; another user; or nobody in particular.
   */
  readonly about: "user" | "actor" | "another" | "nobody";
  readonly found: Found;
}

function redactFields(fields: EventDetails, scope: Scope): EventDetails {
  const { user } = scope;
  const id = fields["user_id"];
  const isAnother = typeof id === "string" && id !== "" ? !isTheirs(id, user) : scope.about === "another";
  // The same e-mail beside the id of somebody else is theirs: they had it before, or have it now.
  const isUser = !isAnother && (isTheirs(id, user) || hasEmail(fields, user.emails));
  if (isUser) scope.found.isNamed = true;
  const about = isUser ? "user" : isAnother ? "another" : scope.about;
  const inner: Scope = { ...scope, about };
  return Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [field, redact(value, field, inner)]),
  );
}

const isTheirs = (id: unknown, { userId, newId }: DeletedUser): boolean => id === userId || id === newId;

const hasEmail = (fields: EventDetails, emails: readonly string[]): boolean =>
  Object.entries(fields).some(
    ([field, value]) =>
      typeof value === "string" &&
      EMAIL_FIELD.test(snakeCase(field)) &&
      emails.some((email) => isSame(email, value)),
  );

const isSame = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();

function redact(value: unknown, field: string, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item) => redact(item, field, scope));
  if (typeof value === "object" && value !== null) return redactFields(value as EventDetails, scope);
  return typeof value === "string" ? redactText(value, snakeCase(field), scope) : value;
}

/** Names of fields that hold data of a person: `name`, `device`, `new_email`, `ip`, `user_agent`. */
const PERSONAL_FIELD = /(^|_)(name|e?mail|device|label|agent|ip|address|phone)$/;
const NAME_FIELD = /(^|_)name$/;
const EMAIL_FIELD = /(^|_)e?mail$/;
const ID_FIELD = /(^|_)(ids?|user|actor|member|by)$/;
/** Fields with one of a few words, which may also be somebody's name. */
const WORD_FIELD = /^(reason|role|scope|apply|fault)$/;
const CHANGE_FIELD = /^(before|after)$/;

const ROLES: ReadonlySet<string> = new Set(["owner", "member"]);

/** A shorter text in any field may be something else than an id. */
const MIN_ID_LENGTH = 8;

function redactText(text: string, field: string, { user, about, found }: Scope): string | null {
  if (text === user.userId && (ID_FIELD.test(field) || text.length >= MIN_ID_LENGTH)) {
    found.isNamed = true;
    return user.newId;
  }
  const isChange = CHANGE_FIELD.test(field);
  if (WORD_FIELD.test(field) || (isChange && ROLES.has(text))) return text;
  const isName = NAME_FIELD.test(field);
  if (about === "another" && (isName || isChange || EMAIL_FIELD.test(field))) return text;
  const isPersonal = PERSONAL_FIELD.test(field) || isChange;
  if (isPersonal && (about === "user" || (about === "actor" && !isName && !isChange))) {
    if (text.includes("@") && !user.emails.some((email) => isSame(email, text))) found.emails.add(text);
    return isName ? DELETED_USER_NAME : null;
  }
  let redacted = text;
  const patterns = patternsOf(user);
  for (const email of patterns.emails) redacted = redacted.replace(email, DELETED_USER_NAME);
  if (redacted !== text) {
    found.isNamed = true;
    if (redacted === DELETED_USER_NAME) return null;
  }
  // A name alone does not tell that an event is about this user.
  return about === "nobody" && !found.isNamed ? redacted : redacted.replace(patterns.name, DELETED_USER_NAME);
}

/** Whether the JSON text of details may have the user's id or e-mail in it. Cheap: most events don't. */
function mayName(details: string, { userId, emails }: DeletedUser): boolean {
  if (details.includes(JSON.stringify(userId).slice(1, -1))) return true;
  const lower = details.toLowerCase();
  return emails.some((email) => lower.includes(JSON.stringify(email).slice(1, -1).toLowerCase()));
}

const snakeCase = (field: string): string => field.replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase();

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

const NOTHING = /(?!)/g;

interface Patterns {
  readonly emails: readonly RegExp[];
  readonly name: RegExp;
}

const knownPatterns = new WeakMap<DeletedUser, Patterns>();

/** A batch of events is about one user, and making a pattern takes longer than looking for it. */
function patternsOf(user: DeletedUser): Patterns {
  const known = knownPatterns.get(user);
  if (known !== undefined) return known;
  const patterns = { emails: user.emails.map(emailPattern), name: namePattern(user.name) };
  knownPatterns.set(user, patterns);
  return patterns;
}

/** Matches an e-mail address that is no part of a longer one. */
const emailPattern = (email: string): RegExp =>
  email.includes("@")
    ? new RegExp(`(?<![\\p{L}\\p{N}._%+-])${literally(email)}(?![\\p{L}\\p{N}-]|\\.[\\p{L}\\p{N}])`, "giu")
    : NOTHING;

/** Matches a name that is no part of a longer word. */
const namePattern = (name: string): RegExp =>
  name.trim() === ""
    ? NOTHING
    : new RegExp(`(?<![\\p{L}\\p{N}_])${literally(name)}(?![\\p{L}\\p{N}_])`, "giu");
