import { randomBytes } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { SECRET_BYTES, secretText, ZERO_SECRET } from "../settings/parsers.js";
import { StartFailure } from "./start-failure.js";

/**
 * Reads the secret from a data directory, or creates it with mode 0600. Call it while the directory's database is locked, so
 * that two processes can't both create one.
 *
 * @param onOpenMode called if others could read the file, whose mode is 0600 then
 * @throws StartFailure if the file is invalid or can't be read or written
 */
export async function loadSecretFile(
  directory: string,
  onOpenMode: () => void = () => undefined,
): Promise<Uint8Array> {
  const path = join(directory, "secret");
  const text = (await readIfPresent(path, onOpenMode)) ?? (await createSecretFile(path));
  const parsed = secretText(text.trim());
  if (parsed.ok) return parsed.value;
  const exitCode = parsed.message === ZERO_SECRET ? 2 : 1;
  throw new StartFailure(`${path} does not contain a valid secret: it ${parsed.message}`, exitCode);
}

const OWNER_ONLY = 0o600;
const ALL_BITS = 0o7777;

async function readIfPresent(path: string, onOpenMode: () => void): Promise<string | null> {
  let file: FileHandle;
  try {
    file = await open(path, "r");
  } catch (error) {
    if (isMissing(error)) return null;
    throw new StartFailure(`cannot read ${path}`, 1, error);
  }
  try {
    const { mode } = await file.stat();
    if ((mode & ALL_BITS & ~OWNER_ONLY) !== 0) {
      await file.chmod(mode & OWNER_ONLY);
      onOpenMode();
    }
    return await file.readFile("utf8");
  } catch (error) {
    throw new StartFailure(`cannot read ${path}, or set its mode to 0600`, 1, error);
  } finally {
    await file.close();
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
