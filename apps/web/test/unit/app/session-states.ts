import type { Session, SessionEnd, SessionState, User } from "@curfew/client";

export const ADA: User = {
  id: "01920000-0000-7000-8000-00000000000a",
  name: "Ada Park",
  email: "ada@acme.example",
  role: "owner",
  account: { id: "01920000-0000-7000-8000-0000000000ac", name: "Acme" },
};
export const BEN: User = {
  ...ADA,
  id: "01920000-0000-7000-8000-00000000000b",
  name: "Ben Ito",
  role: "member",
};

const SESSION: Session = {
  id: "01920000-0000-7000-8000-000000000001",
  started_at: "2026-11-24T09:00:00.000Z",
  last_active_at: "2026-11-24T09:00:00.000Z",
  idle_minutes: 60,
  absolute_minutes: 1440,
  idle_expires_at: "2026-11-24T10:00:00.000Z",
  absolute_expires_at: "2026-11-25T09:00:00.000Z",
  idle_expires_in_ms: 3_600_000,
  absolute_expires_in_ms: 86_400_000,
};

export const LOADING: SessionState = { status: "loading", reconnecting: false };

export const signedInAs = (user: User): SessionState => ({
  status: "signed_in",
  user,
  session: SESSION,
  expiry: {
    warning: "none",
    reason: null,
    remaining_ms: 3_600_000,
    expires_at: SESSION.idle_expires_at,
    warning_ms: 300_000,
    dismissed: false,
  },
  reconnecting: false,
  needs_sign_in: false,
});

export const signedOut = (ended: SessionEnd | null = null, userId: string | null = null): SessionState => ({
  status: "signed_out",
  ended,
  user_id: userId,
});

export const IDLE: SessionEnd = {
  code: "session_expired",
  reason: "idle",
  ended_at: "2026-11-24T10:00:00.000Z",
};
