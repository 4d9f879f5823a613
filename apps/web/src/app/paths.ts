/** Every page's path. */
export const PATHS = {
  home: "/",
  login: "/login",
  register: "/register",
  invite: "/invite",
  account: "/account",
  ownSessions: "/account/sessions",
  password: "/account/password",
  members: "/account/members",
  security: "/account/security",
} as const;
