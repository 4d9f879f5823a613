import { PATHS } from "../../app/paths.js";
import { type LinkKind, LinkPage } from "./link-page.js";

const PASSWORD_LINK: LinkKind = {
  path: PATHS.reset,
  title: "New password",
  read: (api, token) => api("POST /api/auth/password-link", { body: { token } }),
  use: (session, body) => session.resetPassword(body),
  heading: () => "Choose a new password",
  welcome: ({ name, account }) =>
    `This is for ${name} in ${account.name}. Wherever else you are signed in, you will be signed out.`,
  submit: "Save and sign in",
  submitting: "Saving…",
  invalid: {
    heading: "This link does not work",
    text: "It was used already, replaced by a newer one, has ended, or is older than 24 hours; or a part of it is missing. Open it once more as you received it, or ask an owner of your account for a new one.",
  },
  unreadable: "The link could not be read",
};

/** `/reset#token`: who forgot the password chooses a new one and is signed in. */
export const ResetPage = () => <LinkPage kind={PASSWORD_LINK} />;
