import { SessionExpiryNotice, useCurfew, useSession } from "@curfew/react";
import { type ReactNode, useState } from "react";
import { NavLink } from "react-router";
import { problemMessage } from "../../text/problem-message.js";
import { t } from "../../text/translate.js";
import { WhileSignedIn } from "../gate/held-page.js";
import { useUser } from "../gate/user-context.js";
import { PATHS } from "../paths.js";
import { signInPath } from "../sign-in-navigation.js";
import { showError, Toasts } from "../toasts.js";
import { useFocusOnNavigation } from "./page-hooks.js";
import { Brand } from "./public-layout.js";
import { troubleOf, troubleText } from "./trouble.js";

/** The layout of every signed-in page: header, expiry notice and toasts. */
export function AppLayout({ children }: { children: ReactNode }) {
  const main = useFocusOnNavigation();
  return (
    <>
      <a className="skip-link" href="#main">
        {t("Skip to content")}
      </a>
      <div className="notices">
        <SessionExpiryNotice signInHref={(returnTo) => signInPath(null, returnTo)} />
        <ConnectionStatus />
      </div>
      <AppHeader />
      <main ref={main} id="main" tabIndex={-1} className="column page">
        {children}
      </main>
      <WhileSignedIn>
        <Toasts />
      </WhileSignedIn>
    </>
  );
}

/** Announces trouble that has lasted for a while. */
function ConnectionStatus() {
  const trouble = troubleOf(useSession());
  return (
    <div role="status">
      {trouble !== "none" && (
        <p className="border-line bg-sunken border-b px-4 py-2 text-center text-sm">
          {troubleText(trouble)} {t("You are still signed in.")}
        </p>
      )}
    </div>
  );
}

function AppHeader() {
  const { name, account } = useUser();
  return (
    <header className="border-line border-b">
      <div className="column flex min-h-14 flex-wrap items-center gap-x-3 gap-y-1 py-2 sm:gap-x-6">
        <Brand />
        <nav aria-label={t("Main")} className="order-last -mx-2 flex w-full gap-1 sm:order-none sm:w-auto">
          <NavLink className="nav-link" to={PATHS.home} end>
            {t("Home")}
          </NavLink>
          <NavLink className="nav-link" to={PATHS.account}>
            {t("Account")}
          </NavLink>
        </nav>
        <div className="flex min-w-0 flex-1 basis-0 items-center justify-end gap-3">
          <span className="min-w-0 truncate text-sm" title={`${name}, ${account.name}`}>
            {name}
          </span>
          <SignOutButton />
        </div>
      </div>
    </header>
  );
}

/** Ends the session; the gate then redirects every tab to the sign-in page. */
function SignOutButton() {
  const session = useCurfew();
  const [isBusy, setIsBusy] = useState(false);
  const signOut = async () => {
    if (isBusy) return;
    setIsBusy(true);
    try {
      await session.signOut();
    } catch (problem) {
      showError(`${t("You are still signed in.")} ${problemMessage(problem)}`);
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <button
      type="button"
      className="curfew-button shrink-0"
      aria-busy={isBusy}
      aria-disabled={isBusy}
      onClick={signOut}
    >
      {isBusy ? t("Signing out…") : t("Sign out")}
    </button>
  );
}
