import type { Member } from "@curfew/client";

/** Ada, an active owner unless told otherwise. */
export const member = (changes: Partial<Member> = {}): Member => ({
  id: "user-1",
  name: "Ada Moreno",
  email: "ada@lantern.example",
  role: "owner",
  status: "active",
  last_login_at: "2026-11-24T08:00:00.000Z",
  ...changes,
});
