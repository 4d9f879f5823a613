import { Link } from "react-router";
import { DoorLayout } from "../../app/layout/door-layout.js";
import { PATHS } from "../../app/paths.js";
import { usePageTitle } from "../../app/use-page-title.js";
import { EndBanner } from "./end-banner.js";
import { LoginForm } from "./login-form.js";

/** `/login`: for everybody, signed in or not. */
export function LoginPage() {
  usePageTitle("Sign in");
  return (
    <DoorLayout>
      <h1>Sign in</h1>
      <EndBanner />
      <LoginForm />
      <p className="text-quiet">
        New here?{" "}
        <Link className="link" to={PATHS.register}>
          Create an account
        </Link>
      </p>
    </DoorLayout>
  );
}
