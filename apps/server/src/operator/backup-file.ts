import { chmod, lstat, mkdtemp, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { SqliteDatabase } from "@curfew/sql";
import type { ControlAnswer } from "./protocol.js";

export interface BackupTarget {
  /** An absolute path. */
  readonly file: string;
  /** Whether a file that is there is replaced. */
  readonly replaces: boolean;
}

/**
 * Writes a backup of the embedded database with mode 0600. The file is complete and on the disk when it gets its name; a backup that
 * fails leaves nothing behind.
 *
 * @throws the signal's reason once it is aborted
 */
export async function writeBackup(
  database: Pick<SqliteDatabase, "backUp">,
  { file, replaces }: BackupTarget,
  signal?: AbortSignal,
): Promise<ControlAnswer> {
  // Others can't enter the folder, whatever mode SQLite gives the file and its journal.
  let folder: string | undefined;
  try {
    if (!replaces && (await isThere(file))) return refusalOf(file);
    folder = await mkdtemp(`${file}.unfinished-`);
    const copy = join(folder, "curfew.db");
    await database.backUp(copy, signal);
    await chmod(copy, 0o600);
    await flush(copy);
    if (!replaces && (await isThere(file))) return refusalOf(file);
    await rename(copy, file);
    await flush(dirname(file));
    return { ok: true, text: `The database is backed up to ${file}, without its secret\n` };
  } catch (error) {
    signal?.throwIfAborted();
    return { ok: false, message: `${file} can't be written: ${reasonOf(error)}` };
  } finally {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }
}

const refusalOf = (file: string): ControlAnswer => ({
  ok: false,
  message: `${file} is there already: choose another name, or replace it with --force`,
});

async function isThere(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, "r");
  await handle.sync().finally(() => handle.close());
}

const REASONS: readonly (readonly [code: RegExp, reason: string])[] = [
  [/^(ENOSPC|EDQUOT|SQLITE_FULL)$/, "the disk is full"],
  [/^(ENOENT|ENOTDIR)$/, "its folder is not there"],
  [/^(EACCES|EPERM)$/, "the user that runs the service may not write in its folder"],
  [/^EROFS$/, "its folder is read-only"],
  [/^(EISDIR|ENOTEMPTY|EEXIST)$/, "it is a folder"],
];

/** Says in a few words why a file could not be written. */
function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (code === "unavailable" && error instanceof Error && error.cause !== undefined)
    return reasonOf(error.cause);
  return REASONS.find(([pattern]) => pattern.test(code))?.[1] ?? code;
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "an unexpected error";
