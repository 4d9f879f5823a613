import type { SqliteDatabase } from "@curfew/sql";
import { createSetupToken, type SetupToken } from "../accounts/setup-token.js";
import { targetOf } from "./backup-command.js";
import { writeBackup } from "./backup-file.js";
import { answerPasswordLink } from "./password-link-command.js";
import type { ControlAnswer, ControlCommands } from "./protocol.js";

const UNKNOWN: ControlAnswer = {
  ok: false,
  message: "the running service is of another version and does not know this command",
};

/** The commands that a service with the embedded database answers on its control socket. */
export function operatorCommands(
  database: SqliteDatabase,
  { secrets, publicUrl }: { readonly secrets: readonly Uint8Array[]; readonly publicUrl: string },
): ControlCommands {
  const setupToken = createSetupToken(database, secrets);
  return {
    "setup-token": () => answerSetupToken(setupToken),
    "password-link": async ([email, ...rest]) =>
      email === undefined || rest.length > 0
        ? UNKNOWN
        : await answerPasswordLink({ database, publicUrl }, email),
    async backup(args, signal) {
      const target = targetOf(args);
      return target === null ? UNKNOWN : await writeBackup(database, target, signal);
    },
  };
}

/** `curfew setup-token` */
export async function answerSetupToken(setupToken: Pick<SetupToken, "current">): Promise<ControlAnswer> {
  const token = await setupToken.current();
  return token === null
    ? { ok: false, message: "there is an account already, so that no setup token is needed" }
    : { ok: true, text: `${token}\n` };
}
