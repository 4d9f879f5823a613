import { SettingsPage } from "../account/settings-page.js";
import { PasswordForm } from "./password-form.js";

/** `/account/password`: a new password for the person who is signed in. */
export const PasswordPage = () => (
  <SettingsPage
    title="Password"
    intro="Once it is changed, your sessions on all other devices end; this one goes on."
  >
    <PasswordForm />
  </SettingsPage>
);
