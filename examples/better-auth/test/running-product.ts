import { fileURLToPath } from "node:url";
import { type RunningServer, runServer } from "../../support/run-server.js";
import { transpile } from "../../support/transpile.js";

export const FOLDER = new URL("../", import.meta.url);

/** Runs this example on files of its own. */
export async function runProduct(): Promise<RunningServer> {
  await transpile(fileURLToPath(FOLDER));
  // `:memory:` goes with the process.
  const env = { USERS_DB: ":memory:", BETTER_AUTH_SECRET: "a secret of a test that is long enough" };
  return runServer(FOLDER, ["dist/server.js"], env);
}
