import { readFileSync } from "node:fs";

/** The unit of processor time in `/proc/<pid>/stat`: a hundredth of a second. */
const TICK_MICROS = 10_000;

/**
 * Processor time of all threads of a process so far, in microseconds.
 *
 * @param {number | undefined} pid
 */
export function processorMicros(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MICROS;
}
