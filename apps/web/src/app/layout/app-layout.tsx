import { SessionExpiryNotice } from "@curfew/react";
import type { ReactNode } from "react";
import { signInAddress } from "../sign-in-address.js";
import { Toasts } from "../toasts/toasts.js";
import { AppHeader } from "./app-header.js";
import { ConnectionNote } from "./connection-note.js";
import { useFocusOnNewPage } from "./use-focus-on-new-page.js";

/** What stands around every signed-in page: who is signed in, the way out, the expiry notice and the toasts. */
export function AppLayout({ children }: { children: ReactNode }) {
  const main = useFocusOnNewPage();
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <div className="sticky top-0 z-10">
        <SessionExpiryNotice signInHref={(returnTo) => signInAddress(null, returnTo)} />
        <ConnectionNote />
      </div>
      <AppHeader />
      <main ref={main} id="main" tabIndex={-1} className="column page">
        {children}
      </main>
      <Toasts />
    </>
  );
}
