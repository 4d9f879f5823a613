import { randomBytes } from "node:crypto";
import { type FileHandle, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { SECRET_BYTES, secretText } from "../settings/parsers.js";
import { StartFailure } from "./start-failure.js";

/**
 * Reads the secret from a data directory, or creates it with mode 0600. Call it while the directory's database is locked, so
 * that two processes can't both create one.
 *
 * @throws StartFailure if the file is invalid or can't be read or written
 */
export async function loadSecretFile(directory: string): Promise<Uint8Array> {
  const path = join(directory, "secret");
  const text = (await readIfPresent(path)) ?? (await createSecretFile(path));
  const parsed = secretText(text.trim());
  if (parsed.ok) return parsed.value;
  throw new StartFailure(`${path} does not contain a valid secret: it ${parsed.message}`);
}

async function readIfPresent(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return null;
    throw new StartFailure(`cannot read ${path}`, 1, error);
  }
}

/** Writes a temporary file, flushes and renames it: a crash leaves either no secret or a complete one. */
async function createSecretFile(path: string): Promise<string> {
  const text = randomBytes(SECRET_BYTES).toString("base64url");
  const temporary = `${path}.new`;
  try {
    await rm(temporary, { force: true });
    await withFile(await open(temporary, "wx", 0o600), async (file) => {
      await file.writeFile(`${text}\n`);
      await file.sync();
    });
    await rename(temporary, path);
    await withFile(await open(dirname(path), "r"), (folder) => folder.sync());
  } catch (error) {
    throw new StartFailure(`cannot write ${path}`, 1, error);
  }
  return text;
}

async function withFile(file: FileHandle, use: (file: FileHandle) => Promise<void>): Promise<void> {
  try {
    await use(file);
  } finally {
    await file.close();
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ENOENT";
