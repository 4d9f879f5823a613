import { randomBytes } from "node:crypto";
import { isHttpProblem } from "@curfew/http";
import { createEventWriter, type SqlDatabase } from "@curfew/sql";
import { findUserByEmail } from "../accounts/credentials.js";
import { serviceQueries } from "../database/tables.js";
import { makePasswordLinkByOperator } from "../links/make-password-link.js";
import { StartFailure } from "../process/start-failure.js";
import type { Settings } from "../settings/model.js";
import { answerCommand } from "./answer-command.js";
import type { ControlAnswer } from "./protocol.js";

/**
 * `curfew password-link`: prints a link with which the user with an e-mail chooses a new password, beside a running service or without
 * one: for a sole owner, for whom nobody else can make one.
 *
 * @returns the exit code
 * @throws StartFailure
 */
export async function passwordLinkCommand(
  settings: Settings,
  email: string,
  { print, printError }: { print(text: string): void; printError(line: string): void },
): Promise<0> {
  const publicUrl = settings.publicUrl ?? `http://localhost:${settings.port}`;
  const answer = await answerCommand(settings, { command: "password-link", args: [email] }, ({ database }) =>
    answerPasswordLink({ database, publicUrl }, email),
  );
  if (!answer.ok) throw new StartFailure(answer.message);
  print(answer.text);
  printError("curfew: the link works once, within 24 hours\n");
  return 0;
}

/** Makes a link for the user with an e-mail. Throws `unavailable`. */
export async function answerPasswordLink(
  { database, publicUrl }: { readonly database: SqlDatabase; readonly publicUrl: string },
  email: string,
): Promise<ControlAnswer> {
  const user = await database.read(() => findUserByEmail(serviceQueries(database), email));
  if (user === null) return { ok: false, message: "no user has this e-mail" };
  const maker = { database, writeEvent: createEventWriter(database), randomBytes, settings: { publicUrl } };
  try {
    const { url } = await makePasswordLinkByOperator(maker, user);
    return { ok: true, text: `${url}\n` };
  } catch (error) {
    if (isHttpProblem(error) && error.code === "validation_failed")
      return { ok: false, message: "this user is disabled: an owner of the account can enable them" };
    throw error;
  }
}
