import type { SetupToken } from "../accounts/setup-token.js";
import type { ControlAnswer, ControlCommands } from "./protocol.js";

/** The commands that a running service answers on its control socket. */
export const operatorCommands = (setupToken: SetupToken): ControlCommands => ({
  "setup-token": () => answerSetupToken(setupToken),
});

/** `curfew setup-token` */
export async function answerSetupToken(setupToken: Pick<SetupToken, "current">): Promise<ControlAnswer> {
  const token = await setupToken.current();
  return token === null
    ? { ok: false, message: "there is an account already, so that no setup token is needed" }
    : { ok: true, text: `${token}\n` };
}
