import type { Role } from "@curfew/core";
import type { HandlerOptions } from "@curfew/http";
import type { Session, User } from "better-auth";

/** A session of better-auth: its own fields, and session and person as `auth.api.getSession` has them. */
export type HostSession = Session & {
  activeOrganizationId?: string | null;
  session: Session & { activeOrganizationId?: string | null };
  user: User;
};

type FromHandler =
  | "curfew"
  | "publicUrl"
  | "secrets"
  | "allowedOrigins"
  | "hstsSubdomains"
  | "scheduler"
  | "onError";

export type CurfewPluginOptions = Pick<HandlerOptions, FromHandler> & {
  /** What counts as use: what the browser part reports, or every request. */
  activity: "reported" | "requests";
  /** Governs a session without an active organization in its person's own account, whose id is the user's (false). */
  personalAccounts?: boolean;
  /**
   * Names the account of a session, instead of the active organization; null for none. Where a request names an organization, it is
   * asked with that one as the active organization too.
   */
  account?(session: HostSession, request: Request): string | null | Promise<string | null>;
  /** Tells the person's role in the account, instead of the organization's roles. */
  role?(session: HostSession, request: Request, accountId: string): Role | Promise<Role>;
  /** Looks up the name of an account (the organization's, or the person's). */
  accountName?(accountId: string): string | Promise<string>;
  /** Determines the client's address (the one that better-auth has stored with the session). */
  clientIp?(request: Request): string | null;
};
