import { isCurfewError } from "@curfew/core";
import { type OpenedDatabase, openDatabase } from "../database/open-database.js";
import { StartFailure } from "../process/start-failure.js";
import type { Settings } from "../settings/model.js";
import { callService } from "./call-service.js";
import type { ControlAnswer, ControlRequest } from "./protocol.js";

/**
 * Has a command answered by the process that holds the embedded database. Without one, and where a server has the database, it
 * is answered here.
 *
 * @param answerHere answers the command from the opened database, which is closed afterwards
 * @throws StartFailure
 */
export async function answerCommand(
  settings: Settings,
  request: ControlRequest,
  answerHere: (opened: OpenedDatabase) => Promise<ControlAnswer>,
): Promise<ControlAnswer> {
  const answer = settings.postgres === null ? await callService(settings.dataDirectory, request) : null;
  if (answer !== null) return answer;
  const opened = await openDatabase(settings);
  try {
    return await answerHere(opened);
  } catch (error) {
    if (isCurfewError(error, "unavailable"))
      throw new StartFailure("the database does not respond", 1, error);
    throw error;
  } finally {
    await opened.database.close();
  }
}
