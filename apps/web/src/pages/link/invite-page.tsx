import { PATHS } from "../../app/paths.js";
import { type LinkKind, LinkPage } from "./link-page.js";

const INVITATION: LinkKind = {
  path: PATHS.invite,
  title: "Invitation",
  read: (api, token) => api("POST /api/auth/invitation", { body: { token } }),
  use: (session, body) => session.acceptInvitation(body),
  heading: ({ account }) => `Join ${account.name}`,
  welcome: ({ name }) => `Welcome, ${name}. Choose a password, and you are in.`,
  submit: "Join",
  submitting: "Joining…",
  invalid: {
    heading: "This invitation does not work",
    text: "The link was used already, replaced by a newer one, withdrawn, or is older than seven days; or a part of it is missing. Open it once more as you received it, or ask whoever invited you for a new one.",
  },
  unreadable: "The invitation could not be read",
};

/** `/invite#token`: an invited user chooses a password and is signed in. */
export const InvitePage = () => <LinkPage kind={INVITATION} />;
