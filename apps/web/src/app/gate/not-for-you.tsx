import { Link } from "react-router";
import { PATHS } from "../paths.js";
import { usePageTitle } from "../use-page-title.js";
import { useUser } from "./user-context.js";

/** What a member sees in place of an owner's page. */
export function NotForYou() {
  usePageTitle("Not for you");
  const { account } = useUser();
  return (
    <section className="grid gap-3">
      <h1>This page is not for you</h1>
      <p className="text-quiet">
        Only an owner of {account.name} can see it. If you need something changed here, ask one of them.
      </p>
      <p>
        <Link className="link" to={PATHS.account}>
          Back to your account
        </Link>
      </p>
    </section>
  );
}
