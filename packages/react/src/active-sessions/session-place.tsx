import type { SessionItem } from "@curfew/client";
import { useTexts } from "../session/context.js";

/**
 * Where a session was signed in, followed by a dot; if its newest use came from another address or program, also where that was.
 * Nothing if no address is known.
 */
export function SessionPlace({ item }: { item: SessionItem }) {
  const { sessions: texts } = useTexts();
  const place = placeOf(item, texts.seenElsewhere);
  return place !== null && <span>{place} · </span>;
}

/** Exported for tests. @param seenElsewhere the text for two places */
export function placeOf(
  { device, last_seen }: Pick<SessionItem, "device"> & { readonly last_seen?: SessionItem["last_seen"] },
  seenElsewhere: (signedIn: string, lastSeen: string) => string,
): string | null {
  // During a rolling upgrade, the answer can come from a server that does not know the field.
  if (last_seen === undefined || device.ip === null || last_seen.ip === null)
    return device.ip ?? last_seen?.ip ?? null;
  if (device.label !== null && last_seen.label !== null && device.label !== last_seen.label)
    return seenElsewhere(`${device.ip} (${device.label})`, `${last_seen.ip} (${last_seen.label})`);
  return device.ip === last_seen.ip ? device.ip : seenElsewhere(device.ip, last_seen.ip);
}
