import type { SessionItem } from "@curfew/client";
import { useTexts } from "../session/context.js";
import type { SessionsTexts } from "../texts/texts.js";

/**
 * Where a session was signed in, followed by a dot; if its newest use came from another address or program, also where that was.
 * Nothing if no address is known.
 */
export function SessionPlace({ item }: { item: SessionItem }) {
  const { sessions: texts } = useTexts();
  const place = placeOf(item, texts);
  return place !== null && <span>{place} · </span>;
}

/** Exported for tests. */
export function placeOf(
  { device, last_seen }: Pick<SessionItem, "device"> & { readonly last_seen?: SessionItem["last_seen"] },
  texts: Pick<SessionsTexts, "seenElsewhere" | "device">,
): string | null {
  // During a rolling upgrade, the answer can come from a server that does not know the field.
  if (last_seen === undefined || device.ip === null || last_seen.ip === null)
    return device.ip ?? last_seen?.ip ?? null;
  const place = ({ ip, label }: typeof device) => `${ip} (${texts.device(label)})`;
  if (device.label !== null && last_seen.label !== null && device.label !== last_seen.label)
    return texts.seenElsewhere(place(device), place(last_seen));
  return device.ip === last_seen.ip ? device.ip : texts.seenElsewhere(device.ip, last_seen.ip);
}
