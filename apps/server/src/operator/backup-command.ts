import { access } from "node:fs/promises";
import { join, resolve } from "node:path";
import { DatabaseOpenError, openSqlite } from "@curfew/sql";
import { StartFailure } from "../process/start-failure.js";
import type { Settings } from "../settings/model.js";
import { type BackupTarget, writeBackup } from "./backup-file.js";
import { callService } from "./call-service.js";
import type { ControlAnswer } from "./protocol.js";

/**
 * `curfew backup`: writes a copy of the embedded database, beside a running service, which then writes it, or without one. Does not
 * migrate the database, so that a new version can back up before its first start.
 *
 * @param target.file relative to the working directory
 * @returns the exit code
 * @throws StartFailure
 */
export async function backupCommand(
  { postgres, dataDirectory }: Pick<Settings, "postgres" | "dataDirectory">,
  { file, replaces }: BackupTarget,
  print: (text: string) => void,
): Promise<0> {
  if (postgres !== null)
    throw new StartFailure(
      "backup is for the embedded database: back up the one of DATABASE_URL with pg_dump",
    );
  const target = { file: resolve(file), replaces };
  const answer =
    (await callService(dataDirectory, { command: "backup", args: argumentsOf(target) })) ??
    (await backUpHere(dataDirectory, target));
  if (!answer.ok) throw new StartFailure(answer.message);
  print(answer.text);
  return 0;
}

const REPLACE = "replace";
const KEEP = "keep";

const argumentsOf = ({ file, replaces }: BackupTarget): readonly string[] => [
  replaces ? REPLACE : KEEP,
  file,
];

/** The inverse of what the command sends; null for anything else. */
export function targetOf([mode, file, ...rest]: readonly string[]): BackupTarget | null {
  if ((mode !== REPLACE && mode !== KEEP) || file === undefined || rest.length > 0) return null;
  return { file, replaces: mode === REPLACE };
}

async function backUpHere(directory: string, target: BackupTarget): Promise<ControlAnswer> {
  const path = join(directory, "curfew.db");
  try {
    await access(path);
  } catch (error) {
    throw new StartFailure(`CURFEW_DATA_DIR: there is no database in ${directory}`, 1, error);
  }
  const database = openHere(path);
  try {
    return await writeBackup(database, target);
  } finally {
    await database.close();
  }
}

function openHere(path: string): ReturnType<typeof openSqlite> {
  try {
    return openSqlite({ path });
  } catch (error) {
    if (error instanceof DatabaseOpenError) throw new StartFailure(error.message, 1, error);
    throw error;
  }
}
