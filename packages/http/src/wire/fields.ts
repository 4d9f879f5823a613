import { z } from "zod";
import type { Fault } from "../problem/http-problem.js";
import { HOST_ID_LENGTH_MAX, type ReadId, readUuid } from "./ids.js";

// The scalar values of the wire: schemas of answers end in `Schema`, schemas of input in `Field` or `InQuery`.

export const idSchema = z.uuid().meta({ description: "A UUIDv7 (RFC 9562)." });

/** The id of a user or an account, which the host chooses; the service's are UUIDs. */
export const hostIdSchema = z
  .string()
  .min(1)
  .max(HOST_ID_LENGTH_MAX)
  .meta({ description: "Chosen by the host. Percent-encoded where it is part of a path." });

export const timeSchema = z.iso
  .datetime({ precision: 3 })
  .meta({ description: "RFC 3339, in UTC with milliseconds." });
export const minutesSchema = z.int().min(1);
export const countSchema = z.int().min(0);

const NAME_LENGTH_MAX = 200;
const EMAIL_LENGTH_MAX = 254;
const PASSWORD_LENGTH_MIN = 8;
const PASSWORD_LENGTH_MAX = 128;

/**
 * The most UTF-16 code units that a password is looked at with. Normalizing takes time that is quadratic in a row of combining
 * marks, so a longer text is refused before.
 */
export const PASSWORD_CODE_UNITS_MAX = 1_024;

/** What a custom issue carries in `params`: the fault without its field and message. */
export type FaultParams = Omit<Fault, "field" | "message">;

type ValueFault = Omit<Fault, "field">;

const customIssue = ({ message, ...params }: ValueFault, input: unknown) =>
  ({ code: "custom", input, message, params }) as const;

function integerFault(value: number, min: number, max: number): ValueFault | null {
  if (!Number.isInteger(value)) return { code: "wrong_type", message: "Must be a whole number." };
  if (value >= min && value <= max) return null;
  const message =
    max === Number.MAX_SAFE_INTEGER ? `Must be ${min} or more.` : `Must be from ${min} to ${max}.`;
  return { code: "out_of_range", min, max, message };
}

/**
 * A whole number in a body. Both bounds are inclusive, and an `out_of_range` fault carries them.
 *
 * @example integer(10, 43_200)
 */
export const integer = (min: number, max: number) =>
  z
    .number()
    .check(({ value, issues }) => {
      const fault = integerFault(value, min, max);
      if (fault !== null) issues.push(customIssue(fault, value));
    })
    .meta({ type: "integer", minimum: min, maximum: max });

/**
 * A whole number in a body, or null.
 *
 * @example integerOrNull(10, 43_200)
 */
export const integerOrNull = (min: number, max: number) =>
  integer(min, max)
    .nullable()
    .meta({ type: ["integer", "null"], minimum: min, maximum: max });

/**
 * A whole number in a query string; `fallback` if absent.
 *
 * @example integerInQuery(1, 200, 50)
 */
export const integerInQuery = (min: number, max: number, fallback: number) =>
  z
    .string()
    .transform((text, context) => {
      const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
      const fault = integerFault(value, min, max);
      if (fault === null) return value;
      context.addIssue(customIssue(fault, text));
      return z.NEVER;
    })
    .optional()
    .transform((value) => value ?? fallback)
    .meta({ type: "integer", minimum: min, maximum: max, default: fallback });

/** A string with one additional rule; `findFault` returns null for a valid string. */
const checkedString = (findFault: (text: string) => ValueFault | null) =>
  z.string().check(({ value, issues }) => {
    const fault = findFault(value);
    if (fault !== null) issues.push(customIssue(fault, value));
  });

/** The length in code points. */
const lengthOf = (text: string): number => Array.from(text).length;

/** Control characters, and what makes text around a name run from right to left (UAX #9 §2). */
const UNSAFE_IN_NAMES = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

/** What shows nothing: white space, ignorable characters (UAX #44), and blanks that Unicode counts as symbols. */
const INVISIBLE = /^[\p{White_Space}\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb\u{1d159}]*$/u;

/** A name of a user or an account: trimmed, 1 to 200 code points, something of which can be seen. */
export const nameField = z
  .string()
  .trim()
  .pipe(
    checkedString((name) => {
      if (UNSAFE_IN_NAMES.test(name))
        return { code: "invalid_value", message: "The name contains a control character." };
      if (INVISIBLE.test(name)) return { code: "required", message: "A name is needed." };
      // A code point has at most two code units.
      if (name.length <= 2 * NAME_LENGTH_MAX && lengthOf(name) <= NAME_LENGTH_MAX) return null;
      const message = `Must be ${NAME_LENGTH_MAX} characters or fewer.`;
      return { code: "out_of_range", min: 1, max: NAME_LENGTH_MAX, message };
    }),
  )
  .meta({
    type: "string",
    minLength: 1,
    maxLength: NAME_LENGTH_MAX,
    description:
      "Trimmed. Something of it can be seen; control characters and bidirectional overrides are refused.",
  });

const isEmail = (text: string): boolean =>
  text.length <= EMAIL_LENGTH_MAX && z.regexes.unicodeEmail.test(text) && !/\p{C}/u.test(text);

/** An e-mail address: trimmed, otherwise as written. The service compares addresses case-insensitively. */
export const emailField = z
  .string()
  .trim()
  .pipe(
    checkedString((text) =>
      isEmail(text) ? null : { code: "invalid_email", message: "This is not an e-mail address." },
    ),
  )
  .meta({ type: "string", format: "idn-email", maxLength: EMAIL_LENGTH_MAX });

/** A new password (NIST SP 800-63B-4 §3.1.1.2). The service checks it against common passwords. */
export const newPasswordField = checkedString((password) => {
  const length = password.length > PASSWORD_CODE_UNITS_MAX ? Number.POSITIVE_INFINITY : lengthOf(password);
  if (length < PASSWORD_LENGTH_MIN)
    return { code: "weak_password", message: `Must be ${PASSWORD_LENGTH_MIN} characters or more.` };
  if (length <= PASSWORD_LENGTH_MAX) return null;
  const message = `Must be ${PASSWORD_LENGTH_MAX} characters or fewer.`;
  return { code: "out_of_range", min: PASSWORD_LENGTH_MIN, max: PASSWORD_LENGTH_MAX, message };
}).meta({
  type: "string",
  format: "password",
  minLength: PASSWORD_LENGTH_MIN,
  maxLength: PASSWORD_LENGTH_MAX,
});

/** An existing password, to be verified: any text. */
export const passwordField = z.string().meta({ format: "password" });

/** An id in a query string. */
export const idInQuery = (readId: ReadId) =>
  z
    .string()
    .transform((text, context) => {
      const id = readId(text);
      if (id !== null) return id;
      context.addIssue(customIssue({ code: "invalid_value", message: "This is not an id." }, text));
      return z.NEVER;
    })
    .meta(idShape(readId));

/** A part of a name or an e-mail to search for: any text. Without anything that can be seen, it finds everyone. */
export const searchInQuery = checkedString((text) =>
  text.length <= 2 * EMAIL_LENGTH_MAX && lengthOf(text) <= EMAIL_LENGTH_MAX
    ? null
    : {
        code: "out_of_range",
        min: 0,
        max: EMAIL_LENGTH_MAX,
        message: `Must be ${EMAIL_LENGTH_MAX} characters or fewer.`,
      },
)
  .optional()
  .meta({
    type: "string",
    maxLength: EMAIL_LENGTH_MAX,
    description:
      "Only people with this in their name or e-mail, in any case and with or without accents. A page of a search looks at 5,000 people or sessions, so it may be short, or empty, before the last.",
  });

/** A moment in a query string (RFC 3339), in milliseconds since the Unix epoch. Between two, it is the later one. */
export const timeInQuery = z
  .string()
  .transform((text, context) => {
    const time = text.toUpperCase();
    if (RFC_3339.test(time)) return Date.parse(time) + (/\.\d{3}\d*[1-9]/.test(time) ? 1 : 0);
    context.addIssue(customIssue({ code: "invalid_value", message: "This is not a time." }, text));
    return z.NEVER;
  })
  .optional()
  .meta({ type: "string", format: "date-time" });

const RFC_3339 = z.regexes.datetime({ offset: true });

/** How the OpenAPI document describes an id in a path or a query. */
export const idShape = (readId: ReadId) =>
  readId === readUuid
    ? { type: "string" as const, format: "uuid" }
    : { type: "string" as const, minLength: 1, maxLength: HOST_ID_LENGTH_MAX };
