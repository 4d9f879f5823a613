import type { Client, RefSession } from "./reference-types.js";

const HOUR = 3_600_000;

/** The networks of the scenarios' addresses. */
export const networkOf = ({ ip }: Client): string | null =>
  ip === null ? null : ip.includes(":") ? ip.slice(0, ip.lastIndexOf("::")) : ip;

/**
 * The previous token of a session is presented within the grace. Returns at how many rotations in a row another network has
 * done so, with the last one; null if this presentation does not count.
 */
export function sharedRotations(session: RefSession, client: Client, now: number): number | null {
  const network = networkOf(client);
  const last = session.rotations.at(-1);
  if (network === null || last === undefined || last.network === null) return null;
  const own = session.rotations.findLast((rotation) => rotation.network === network);
  if (own !== undefined && now - own.at < 24 * HOUR) return null;
  const { generation, shared } = session;
  if (shared.includes(generation)) return null;
  let row = 1;
  while (shared.includes(generation - row)) row += 1;
  return row;
}

/** Whether the client is of another kind than before, and no such change was recorded within the last hour. */
export function isOnNewDevice({ seen, deviceChanges }: RefSession, { label }: Client, now: number): boolean {
  const before = seen.at(-1)?.label ?? seen[0]?.label ?? null;
  if (label === null || before === null || label === before) return false;
  return !deviceChanges.some((at) => now - at < HOUR);
}
