import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Registers this process in a directory: one empty file, named by the process id.
 *
 * @param {string} directory made where it is not there yet
 * @returns {() => void} ends the registration
 * @throws where the directory cannot be written to
 */
export function registerProcess(directory) {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, String(process.pid));
  writeFileSync(file, "");
  return () => rmSync(file, { force: true });
}

/**
 * The other processes that are registered in a directory and live. The files of dead processes are removed.
 *
 * @param {string} directory
 * @returns {number[]} their ids; none where the directory is not there
 */
export function liveProcesses(directory) {
  const ids = entriesOf(directory).map(Number);
  for (const id of ids) if (!isAlive(id)) rmSync(join(directory, String(id)), { force: true });
  return ids.filter((id) => id !== process.pid && isAlive(id));
}

/** @param {string} directory */
function entriesOf(directory) {
  try {
    return readdirSync(directory).filter((name) => /^\d+$/.test(name));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}

/** @param {number} id of a process */
export function isAlive(id) {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    // EPERM: the process lives and is another user's.
    return codeOf(error) === "EPERM";
  }
}

/** @param {unknown} error */
const codeOf = (error) => /** @type {NodeJS.ErrnoException} */ (error).code;
