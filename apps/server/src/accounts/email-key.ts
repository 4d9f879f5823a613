/**
 * The form in which e-mail addresses are compared: without regard to case, and to how an accent is spelt. What was typed
 * is kept beside it, for people and for mail.
 *
 * @example emailKeyOf(" Ada@Example.test ") // "ada@example.test"
 */
export const emailKeyOf = (email: string): string => email.trim().normalize("NFC").toLowerCase();
