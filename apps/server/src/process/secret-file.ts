import { randomBytes } from "node:crypto";
import { type FileHandle, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { SECRET_BYTES, secretText } from "../settings/secret-text.js";
import { StartFailure } from "./start-failure.js";

/**
 * The secret kept in a data directory; made at the first call, mode 0600, and the same ever after.
 *
 * Call it while the database of that directory is locked, so that two processes can't make one each.
 *
 * @throws StartFailure where the file holds no secret or can't be read or written
 */
export async function keptSecret(directory: string): Promise<Uint8Array> {
  const path = join(directory, "secret");
  const text = (await readIfThere(path)) ?? (await makeSecret(path));
  const parsed = secretText(text.trim());
  if (parsed.ok) return parsed.value;
  throw new StartFailure(`${path} holds no secret: it ${parsed.message}`);
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return null;
    throw new StartFailure(`cannot read ${path}`, 1, error);
  }
}

/** Written beside, flushed and renamed: a crash leaves either no secret or a whole one. */
async function makeSecret(path: string): Promise<string> {
  const text = randomBytes(SECRET_BYTES).toString("base64url");
  const beside = `${path}.new`;
  try {
    await rm(beside, { force: true });
    await withFile(await open(beside, "wx", 0o600), async (file) => {
      await file.writeFile(`${text}\n`);
      await file.sync();
    });
    await rename(beside, path);
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
