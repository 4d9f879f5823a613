import type { Grant } from "@curfew/core";
import type { Call } from "./call.js";
import { type CookieOptions, createRefreshCookie } from "./headers/refresh-cookie.js";
import type { Answer } from "./route/define.js";
import { wireGrant } from "./wire/grant.js";
import type { Transport } from "./wire/transport.js";

/** How tokens travel between client and server: the refresh cookie, and the answers of sign-in and refresh. */
export interface TokenTransport {
  readonly cookieName: string;
  /** Reads the refresh token in the cookie; null if there is none. */
  refreshCookie(c: Call): string | null;
  /** The `Set-Cookie` that removes the refresh cookie. */
  clearedCookie(): string;
  /** The headers of a call that may have ended its own session: they remove the cookie if it did. */
  cookieAfter(callerHasEnded: boolean): Readonly<Record<string, string>>;
  /**
   * Answers a sign-in or a refresh, with the refresh token in the cookie or in the body.
   *
   * @param accountName the account's name, read before the session began or was renewed. If it is absent it is looked up now,
   * and a failure hides that the act has been committed.
   */
  answerGrant(grant: Grant, transport: Transport, status?: 200 | 201, accountName?: string): Promise<Answer>;
}

/**
 * @param publicUrl the server's public URL, which determines the cookie's attributes
 * @param lookUpName looks up the name of an account, for the body
 * @param cookieOptions the refresh cookie's name and `SameSite`
 */
export function createTokenTransport(
  publicUrl: string,
  lookUpName: (accountId: string) => string | Promise<string>,
  cookieOptions?: CookieOptions,
): TokenTransport {
  const cookie = createRefreshCookie(publicUrl, cookieOptions);
  return {
    cookieName: cookie.name,
    refreshCookie: cookie.read,
    clearedCookie: cookie.clear,
    cookieAfter: (callerHasEnded) => (callerHasEnded ? { "Set-Cookie": cookie.clear() } : {}),
    async answerGrant(grant, transport, status = 200, accountName) {
      const body = wireGrant(grant, accountName ?? (await lookUpName(grant.session.accountId)), transport);
      if (transport === "body") return { status, body };
      const lifetimeMs = grant.session.absoluteExpiresAt - grant.now;
      return { status, body, headers: { "Set-Cookie": cookie.set(grant.refreshToken, lifetimeMs) } };
    },
  };
}
