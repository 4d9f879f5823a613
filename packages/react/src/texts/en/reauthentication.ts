import type { ReauthenticationTexts } from "../../reauthentication/reauthentication-texts.js";

export const reauthentication: ReauthenticationTexts = {
  title: "Confirm it's you",
  confirm: "This change makes the account less strict, so it needs your password once more.",
  unproven: "The server no longer recognises this browser. Enter your password to carry on.",
  ended: (why) =>
    `${why} What you typed is still here: enter your password to carry on. Cancel leaves it and takes you to the sign-in page.`,
  endings: {
    idle: "Your session ended because you were inactive.",
    absolute: "Your session reached its maximum length.",
    signed_out: "You signed out in another tab.",
    revoked_by_owner: "An owner of the account ended your session.",
    revoked_by_user: "You ended this session from another device.",
    token_reused: "Your session was ended because its token was used twice.",
    password_changed: "Your password was changed.",
    user_disabled: "Your access was disabled.",
    session_limit: "Your session ended because you signed in on too many devices.",
  },
  signInAs: (email) => `You sign in as ${email}.`,
  password: "Password",
  submit: "Confirm",
  submitting: "Confirming…",
  wrongPassword: "That password is not right.",
};
