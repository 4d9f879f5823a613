import { SessionDeadlines } from "@curfew/react";
import { Link } from "react-router";
import { useUser } from "../app/gate/user-context.js";
import { usePageTitle } from "../app/layout/page-hooks.js";
import { PATHS } from "../app/paths.js";

/** `/`: the session's deadlines. */
export function HomePage() {
  usePageTitle("Home");
  const { name, role, account } = useUser();
  return (
    <div className="grid gap-8">
      <header className="grid gap-1">
        <h1 className="wrap-anywhere">Hello, {name}</h1>
        <p className="text-quiet wrap-anywhere">
          You are signed in to {account.name} as {role === "owner" ? "an owner" : "a member"}.
        </p>
      </header>
      <section aria-labelledby="session-title" className="curfew-card">
        <h2 id="session-title">Your session</h2>
        <SessionDeadlines size="large" />
      </section>
      <p className="text-quiet">
        Signed in somewhere else too?{" "}
        <Link className="link" to={PATHS.ownSessions}>
          See your sessions
        </Link>
      </p>
    </div>
  );
}
