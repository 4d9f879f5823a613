import { Link, useSearchParams } from "react-router";
import { usePageTitle } from "../../app/layout/page-hooks.js";
import { PublicLayout } from "../../app/layout/public-layout.js";
import { PATHS } from "../../app/paths.js";

/** `/deleted`: where a person is who has deleted themselves, or with `?of=account` the account. */
export function DeletedPage() {
  const [query] = useSearchParams();
  const isAccount = query.get("of") === "account";
  usePageTitle("Deleted");
  return (
    <PublicLayout>
      <h1>{isAccount ? "The account is deleted, with everybody in it" : "Your account is deleted"}</h1>
      <p role="status">
        {isAccount
          ? "Everybody is signed out, and everything that was kept in the account is being removed."
          : "You are signed out everywhere, and everything that was kept about you is being removed."}
      </p>
      <p className="text-quiet">
        <Link className="link" to={PATHS.register}>
          Create an account
        </Link>{" "}
        or{" "}
        <Link className="link" to={PATHS.login}>
          sign in
        </Link>{" "}
        as somebody else.
      </p>
    </PublicLayout>
  );
}
