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

const PUBLIC_PATHS: readonly string[] = [
  PATHS.login,
  PATHS.register,
  PATHS.invite,
  PATHS.reset,
  PATHS.deleted,
];

/** Whether a page needs no session. */
export const isPublicPath = (path: string): boolean => PUBLIC_PATHS.includes(path);
