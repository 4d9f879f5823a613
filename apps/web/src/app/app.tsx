import type { CurfewSession } from "@curfew/client";
import { SessionProvider } from "@curfew/react";
import { BrowserRouter } from "react-router";
import { AppRoutes } from "./routes.js";

/** The web app: the session of this browser, and the pages. */
export const App = ({ session }: { session: CurfewSession }) => (
  <SessionProvider session={session}>
    <BrowserRouter>
      <AppRoutes />
    </BrowserRouter>
  </SessionProvider>
);
