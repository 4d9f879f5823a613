import { SessionDeadlines } from "@curfew/react";
import { Link } from "react-router";
import { useUser } from "../app/gate/user-context.js";
import { usePageTitle } from "../app/layout/page-hooks.js";
import { PATHS } from "../app/paths.js";
import { t } from "../text/translate.js";

/** `/`: the session's deadlines. */
export function HomePage() {
  usePageTitle(t("Home"));
  const { name, role, account } = useUser();
  return (
    <div className="grid gap-8">
      <header className="grid gap-1">
        <h1 className="wrap-anywhere">{t("Hello, {name}", { name })}</h1>
        <p className="text-quiet wrap-anywhere">
          {role === "owner"
            ? t("You are signed in to {account} as an owner.", { account: account.name })
            : t("You are signed in to {account} as a member.", { account: account.name })}
        </p>
      </header>
      <section aria-labelledby="session-title" className="curfew-card">
        <h2 id="session-title">{t("Your session")}</h2>
        <SessionDeadlines size="large" />
      </section>
      <p className="text-quiet">
        {t("Signed in somewhere else too?")}{" "}
        <Link className="link" to={PATHS.ownSessions}>
          {t("See your sessions")}
        </Link>
      </p>
    </div>
  );
}
