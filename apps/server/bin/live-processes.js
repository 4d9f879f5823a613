import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Registers this process in a directory, as an empty file named by the process id.
 *
 * @param {string} directory created if missing
 * @returns {() => void} removes the registration
 * @throws if the directory is not writable
 */
export function registerProcess(directory) {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, String(process.pid));
  writeFileSync(file, "");
  return () => rmSync(file, { force: true });
}

/**
 * Lists the other live processes that are registered in a directory, and removes registrations of dead processes.
 *
 * @param {string} directory
 * @returns {number[]} process ids; empty if the directory does not exist
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

/** @param {number} id process id */
export function isAlive(id) {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    // EPERM: the process is alive and belongs to another user.
    return codeOf(error) === "EPERM";
  }
}

/** @param {unknown} error */
const codeOf = (error) => /** @type {NodeJS.ErrnoException} */ (error).code;
