import { PATHS } from "../../app/paths.js";
import { t } from "../../text/translate.js";
import { type LinkKind, LinkPage } from "./link-page.js";

const passwordLink = (): LinkKind => ({
  path: PATHS.reset,
  title: t("New password"),
  read: (api, token) => api("POST /api/auth/password-link", { body: { token } }),
  use: (session, body) => session.resetPassword(body),
  heading: () => t("Choose a new password"),
  welcome: ({ name, account }) =>
    t("This is for {name} in {account}. Wherever else you are signed in, you will be signed out.", {
      name,
      account: account.name,
    }),
  submit: t("Save and sign in"),
  submitting: t("Saving…"),
  invalid: {
    heading: t("This link does not work"),
    text: t(
      "It was used already, replaced by a newer one, has ended, or is older than 24 hours; or a part of it is missing. Open it once more as you received it, or ask an owner of your account for a new one.",
    ),
  },
  unreadable: t("The link could not be read"),
});

/** `/reset#token`: who forgot the password chooses a new one and is signed in. */
export const ResetPage = () => <LinkPage kind={passwordLink()} />;
