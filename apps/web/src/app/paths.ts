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

const DOORS: readonly string[] = [PATHS.login, PATHS.register, PATHS.invite];

/** Whether a page is for whoever is not signed in. */
export const isDoor = (path: string): boolean => DOORS.includes(path);
