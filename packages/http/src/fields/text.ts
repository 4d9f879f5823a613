import { isUuid } from "@curfew/core";
import { z } from "zod";
import type { FaultParams } from "./faults.js";

const LONGEST_NAME = 200;
const LONGEST_EMAIL = 254;
const SHORTEST_PASSWORD = 8;
const LONGEST_PASSWORD = 128;

/** The code points of a text: what a person would count as characters, near enough. */
const lengthOf = (text: string): number => Array.from(text).length;

/** A text with one rule of ours: null where it holds, else what is told. */
const textWith = (judge: (text: string) => (FaultParams & { message: string }) | null) =>
  z.string().check(({ value, issues }) => {
    const fault = judge(value);
    if (fault === null) return;
    const { message, ...params } = fault;
    issues.push({ code: "custom", input: value, message, params });
  });

/** A person's, an account's or a member's name: trimmed, 1 to 200 code points. */
export const nameField = z
  .string()
  .trim()
  .pipe(
    textWith((name) => {
      if (name === "") return { code: "required", message: "A name is needed." };
      if (lengthOf(name) <= LONGEST_NAME) return null;
      const message = `Must be ${LONGEST_NAME} characters or fewer.`;
      return { code: "out_of_range", min: 1, max: LONGEST_NAME, message };
    }),
  )
  .meta({ type: "string", minLength: 1, maxLength: LONGEST_NAME });

const isEmail = (text: string): boolean =>
  text.length <= LONGEST_EMAIL && z.regexes.unicodeEmail.test(text) && !/\p{C}/u.test(text);

/** An e-mail address: trimmed, as it was written; its owner compares it without regard to case. */
export const emailField = z
  .string()
  .trim()
  .pipe(
    textWith((text) =>
      isEmail(text) ? null : { code: "invalid_email", message: "This is not an e-mail address." },
    ),
  )
  .meta({ type: "string", format: "email", maxLength: LONGEST_EMAIL });

/** A password that somebody chooses (NIST SP 800-63B-4 §3.1.1.2); which are too common is the server's to know. */
export const newPasswordField = textWith((password) => {
  const length = lengthOf(password);
  if (length < SHORTEST_PASSWORD)
    return { code: "weak_password", message: `Must be ${SHORTEST_PASSWORD} characters or more.` };
  if (length <= LONGEST_PASSWORD) return null;
  const message = `Must be ${LONGEST_PASSWORD} characters or fewer.`;
  return { code: "out_of_range", min: SHORTEST_PASSWORD, max: LONGEST_PASSWORD, message };
}).meta({ type: "string", format: "password", minLength: SHORTEST_PASSWORD, maxLength: LONGEST_PASSWORD });

/** A password that somebody claims to have: any text. */
export const passwordField = z.string().meta({ format: "password" });

/** How the refresh token is to travel. */
export const transportField = z
  .enum(["cookie", "body"])
  .default("cookie")
  .meta({ description: "Where the refresh token travels: browsers leave it in the cookie." });

/** An id in a query. */
export const idInQuery = textWith((text) =>
  isUuid(text) ? null : { code: "invalid_value", message: "This is not an id." },
).meta({ format: "uuid" });
