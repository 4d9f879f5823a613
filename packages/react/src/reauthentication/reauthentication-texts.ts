import type { EndReason } from "@curfew/client";

/** The words of the dialog that asks for the password in place. */
export interface ReauthenticationTexts {
  readonly title: string;
  /** Before something that loosens security. */
  readonly confirm: string;
  /** The server takes no proof of this browser's any more. */
  readonly unproven: string;
  /** The session ended under a form; `why` is one of `endings`. */
  ended(why: string): string;
  readonly endings: Readonly<Record<EndReason, string>>;
  signInAs(email: string): string;
  readonly password: string;
  readonly submit: string;
  readonly submitting: string;
  readonly wrongPassword: string;
}
