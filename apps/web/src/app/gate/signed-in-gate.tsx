import { ReauthenticationDialog, useCurfew, useHasUnsavedInput } from "@curfew/react";
import { useQuery } from "@tanstack/react-query";
import { Suspense } from "react";
import { Navigate, Outlet, useLocation } from "react-router";
import { t } from "../../text/translate.js";
import { AppLayout } from "../layout/app-layout.js";
import { PageErrorBoundary, PageSkeleton, WaitingLayout } from "../layout/page-states.js";
import { type Trouble, troubleText } from "../layout/trouble.js";
import { PATHS } from "../paths.js";
import { QueryProvider } from "../queries.js";
import { WarningTime } from "../warning-time.js";
import { HeldContext } from "./held-page.js";
import { useGate } from "./use-gate.js";
import { UserContext } from "./user-context.js";

/** Shows the pages beneath it, in the layout, to signed-in users. */
export const SignedInGate = () => (
  <QueryProvider>
    <Gate />
  </QueryProvider>
);

function Gate() {
  const { gate, user } = useGate();
  const { pathname } = useLocation();
  switch (gate.kind) {
    case "waiting":
      return <WaitingLayout trouble={gate.trouble} />;
    case "first_visit":
      return <FirstVisit />;
    case "redirect":
    case "other_user":
      return null;
    case "held":
    case "over":
    case "open":
      if (user === null) return <Navigate to={PATHS.login} replace />;
      return (
        <UserContext value={user}>
          <WarningTime />
          <HeldContext value={gate.kind === "held"}>
            <div
              key={user.id}
              hidden={gate.kind === "held"}
              // It keeps its size, so that a page whose session goes on after all stays where it was scrolled to.
              className={gate.kind === "over" ? "invisible" : ""}
            >
              <AppLayout>
                <PageErrorBoundary key={pathname}>
                  <Suspense fallback={<PageSkeleton />}>
                    <Outlet />
                  </Suspense>
                </PageErrorBoundary>
              </AppLayout>
            </div>
          </HeldContext>
          {gate.kind === "over" && <TimeIsUp trouble={gate.trouble} />}
          <ReauthenticationDialog />
        </UserContext>
      );
  }
}

/** Stands in place of a page whose deadline has passed. */
const TimeIsUp = ({ trouble }: { trouble: Trouble }) => (
  <p role="alert" className="column page fixed inset-x-0 top-0">
    {t("Your time is up.")} {troubleText(trouble)}{" "}
    {useHasUnsavedInput() && t("What you typed is still here, as long as you leave this page open.")}
  </p>
);

/** Redirects to the registration page while no account exists, else to the sign-in page. */
function FirstVisit() {
  const { api } = useCurfew();
  const config = useQuery({ queryKey: ["config"], queryFn: () => api("GET /api/config"), retry: true });
  if (config.data === undefined)
    return <WaitingLayout trouble={config.failureCount > 1 ? "server" : "none"} />;
  return <Navigate to={config.data.first_run ? PATHS.register : PATHS.login} replace />;
}
