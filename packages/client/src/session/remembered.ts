import type { Session, User } from "../api/contract.js";
import type { Deadline } from "./expiry.js";
import type { Ports } from "./ports.js";

const KEY = "curfew";

/** All that outlives the page: a name and moments, and nothing that opens anything. */
export interface Remembered {
  name?: string;
  dismissed?: Deadline | null;
}

/** What was written last; nothing where that can't be read. */
export function recall(storage: Ports["storage"]): Remembered {
  try {
    return (JSON.parse(storage.get(KEY) ?? "{}") ?? {}) as Remembered;
  } catch {
    return {};
  }
}

/** Writes down who is signed in until when, and the deadline whose warning was put away. */
export function remember(
  storage: Ports["storage"],
  { name }: User,
  { idle_expires_at, absolute_expires_at }: Session,
  dismissed: Deadline | null,
): void {
  storage.set(KEY, JSON.stringify({ name, idle_expires_at, absolute_expires_at, dismissed }));
}

export const forget = (storage: Ports["storage"]): void => storage.remove(KEY);
