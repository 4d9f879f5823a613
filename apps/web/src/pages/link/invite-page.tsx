import { PATHS } from "../../app/paths.js";
import { t } from "../../text/translate.js";
import { type LinkKind, LinkPage } from "./link-page.js";

const invitation = (): LinkKind => ({
  path: PATHS.invite,
  title: t("Invitation"),
  read: (api, token) => api("POST /api/auth/invitation", { body: { token } }),
  use: (session, body) => session.acceptInvitation(body),
  heading: ({ account }) => t("Join {account}", { account: account.name }),
  welcome: ({ name }) => t("Welcome, {name}. Choose a password, and you are in.", { name }),
  submit: t("Join"),
  submitting: t("Joining…"),
  invalid: {
    heading: t("This invitation does not work"),
    text: t(
      "The link was used already, replaced by a newer one, withdrawn, or is older than seven days; or a part of it is missing. Open it once more as you received it, or ask whoever invited you for a new one.",
    ),
  },
  unreadable: t("The invitation could not be read"),
});

/** `/invite#token`: an invited user chooses a password and is signed in. */
export const InvitePage = () => <LinkPage kind={invitation()} />;
