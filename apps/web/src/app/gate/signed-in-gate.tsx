import { ReauthenticationDialog } from "@curfew/react";
import { Suspense } from "react";
import { Navigate, Outlet, useLocation } from "react-router";
import { AppLayout } from "../layout/app-layout.js";
import { PageSkeleton } from "../layout/page-skeleton.js";
import { WaitingLayout } from "../layout/waiting-layout.js";
import { PageFailure } from "../page-failure.js";
import { PATHS } from "../paths.js";
import { Reading } from "../queries/reading.js";
import { FirstVisit } from "./first-visit.js";
import { useGate } from "./use-gate.js";
import { UserContext } from "./user-context.js";

/** Stands before the signed-in pages, and around them. */
export const SignedInGate = () => (
  <Reading>
    <Gate />
  </Reading>
);

/** Lets signed-in people through to the pages beneath it, in the layout; everybody else waits or is led away. */
function Gate() {
  const { gate, user } = useGate();
  const { pathname } = useLocation();
  switch (gate.kind) {
    case "waiting":
      return <WaitingLayout reconnecting={gate.reconnecting} />;
    case "first_visit":
      return <FirstVisit />;
    case "leave":
    case "somebody_else":
      return null;
    case "held":
    case "open":
      if (user === null) return <Navigate to={PATHS.login} replace />;
      return (
        <UserContext value={user}>
          <div key={user.id} hidden={gate.kind === "held"}>
            <AppLayout>
              <PageFailure key={pathname}>
                <Suspense fallback={<PageSkeleton />}>
                  <Outlet />
                </Suspense>
              </PageFailure>
            </AppLayout>
          </div>
          <ReauthenticationDialog />
        </UserContext>
      );
  }
}
