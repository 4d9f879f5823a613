import type { AuthContext } from "better-auth";
import type { HostSession } from "./options.js";

/** A session of better-auth, with the token that is its cookie's value. */
export interface Host {
  readonly token: string;
  readonly startedAt: number;
  /** Better-auth has deleted it; only the cookie cache still has it. */
  readonly isDeleted: boolean;
  readonly session: HostSession;
}

type Row = HostSession["session"];

export function hostOf(session: Row, user: HostSession["user"], isDeleted: boolean): Host {
  return {
    isDeleted,
    token: session.token,
    startedAt: new Date(session.createdAt).getTime(),
    session: { ...session, session, user },
  };
}

/** The same session with another active organization. */
export function inOrganization(host: Host, organizationId: string | null): Host {
  const { user, session } = host.session;
  return hostOf({ ...session, activeOrganizationId: organizationId }, user, host.isDeleted);
}

/** The options of the organization plugin that count here; null without the plugin. */
export function organizationOptions(auth: AuthContext): {
  readonly creatorRole?: string;
  readonly teams?: { readonly enabled?: boolean };
} | null {
  const plugin = auth.options.plugins?.find(({ id }) => id === "organization");
  return plugin === undefined ? null : (plugin.options ?? {});
}
