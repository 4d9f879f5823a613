import { Link, Outlet } from "react-router";
import { t } from "../../text/translate.js";
import { usePageTitle } from "../layout/page-hooks.js";
import { PATHS } from "../paths.js";
import { useUser } from "./user-context.js";

/** Shows the pages beneath it to owners, an explanation to members. */
export const OwnerGate = () => (useUser().role === "owner" ? <Outlet /> : <OwnersOnly />);

function OwnersOnly() {
  usePageTitle(t("Not for you"));
  const { account } = useUser();
  return (
    <section className="grid gap-3">
      <h1>{t("This page is not for you")}</h1>
      <p className="text-quiet">
        {t("Only an owner of {account} can see it. If you need something changed here, ask one of them.", {
          account: account.name,
        })}
      </p>
      <p>
        <Link className="link" to={PATHS.account}>
          {t("Back to your account")}
        </Link>
      </p>
    </section>
  );
}
