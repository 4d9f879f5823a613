// The contract's response bodies, as a client parses them.

export type Role = "owner" | "member";

export interface SessionState {
  readonly id: string;
  readonly started_at: string;
  readonly last_active_at: string;
  readonly idle_minutes: number;
  readonly absolute_minutes: number;
  readonly idle_expires_at: string;
  readonly absolute_expires_at: string;
  readonly idle_expires_in_ms: number;
  readonly absolute_expires_in_ms: number;
}

export interface UserState {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly account: { readonly id: string; readonly name: string };
}

export interface SignIn {
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly session: SessionState;
  readonly user: UserState;
  readonly refresh_token?: string;
}

export interface FieldError {
  readonly field: string;
  readonly code: string;
  readonly message: string;
  readonly min?: number;
  readonly max?: number;
}

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly reason?: string;
  readonly ended_at?: string;
  readonly errors?: readonly FieldError[];
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next_cursor: string | null;
}

export interface SessionItem {
  readonly id: string;
  readonly user: { readonly id: string; readonly name: string; readonly email: string };
  readonly device: { readonly label: string | null; readonly user_agent: string | null; readonly ip: string };
  readonly last_seen: SessionItem["device"];
  readonly started_at: string;
  readonly last_active_at: string;
  readonly idle_expires_at: string;
  readonly absolute_expires_at: string;
  readonly current: boolean;
}

export interface Security {
  readonly version: number;
  readonly idle_minutes: number | null;
  readonly absolute_minutes: number | null;
  readonly effective_idle_minutes: number;
  readonly effective_absolute_minutes: number;
  readonly preset: string;
  readonly active_users: readonly {
    readonly user_id: string;
    readonly name: string;
    readonly email: string;
    readonly last_login_at: string;
    readonly last_active_at: string;
    readonly session_count: number;
  }[];
  readonly active_user_count: number;
  readonly active_session_count: number;
  readonly applied?: { readonly sessions_shortened: number; readonly sessions_ended: number };
}

export interface Member {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly status: "active" | "invited" | "disabled";
  readonly last_login_at: string | null;
}

export interface MemberInvitation {
  readonly member: Member;
  readonly invitation: { readonly url: string; readonly expires_at: string };
}

export interface AuditEvent {
  readonly id: string;
  readonly at: string;
  readonly type: string;
  readonly actor: { readonly id: string; readonly name: string; readonly email: string } | null;
  readonly session_id: string | null;
  readonly ip: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}
