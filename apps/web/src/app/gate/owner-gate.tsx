import { Link, Outlet } from "react-router";
import { usePageTitle } from "../layout/page-hooks.js";
import { PATHS } from "../paths.js";
import { useUser } from "./user-context.js";

/** Shows the pages beneath it to owners, an explanation to members. */
export const OwnerGate = () => (useUser().role === "owner" ? <Outlet /> : <OwnersOnly />);

function OwnersOnly() {
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
