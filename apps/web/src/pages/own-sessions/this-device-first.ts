import type { SessionItem } from "@curfew/client";

/**
 * Puts the session that asks first and leaves the others in their order; a session that two pages hold, because it was
 * used between the two calls, is shown once.
 *
 * @param items the sessions of all pages, as they came
 */
export function thisDeviceFirst(items: readonly SessionItem[]): SessionItem[] {
  const once = [...new Map(items.map((item) => [item.id, item])).values()];
  return [...once.filter(({ current }) => current), ...once.filter(({ current }) => !current)];
}
