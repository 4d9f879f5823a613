import type { SessionItem } from "@curfew/client";

/** A session of Ada's, not the one that asks unless told. */
export const sessionItem = (id: string, changes: Partial<SessionItem> = {}): SessionItem => ({
  id,
  user: { id: "user-1", name: "Ada", email: "ada@lantern.example" },
  device: { label: "Firefox on Linux", user_agent: "Mozilla/5.0", ip: "192.0.2.20" },
  started_at: "2026-11-24T08:00:00.000Z",
  last_active_at: "2026-11-24T09:00:00.000Z",
  idle_expires_at: "2026-11-24T10:00:00.000Z",
  absolute_expires_at: "2026-11-25T08:00:00.000Z",
  current: false,
  ...changes,
});
