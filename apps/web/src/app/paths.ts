import { matchRoutes } from "react-router";

/** The path of every page. */
export const PATHS = {
  home: "/",
  login: "/login",
  register: "/register",
  invite: "/invite",
  reset: "/reset",
  deleted: "/deleted",
  account: "/account",
  ownSessions: "/account/sessions",
  password: "/account/password",
  members: "/account/members",
  security: "/account/security",
} as const;

const PUBLIC_ROUTES = [PATHS.login, PATHS.register, PATHS.invite, PATHS.reset, PATHS.deleted].map((path) => ({
  path,
}));

/**
 * Whether a page needs no session.
 *
 * @param pathname in any spelling that leads to the page
 * @example isPublicPath("/%6Cogin/") // true
 */
export const isPublicPath = (pathname: string): boolean => matchRoutes(PUBLIC_ROUTES, { pathname }) !== null;
