import type { CurfewSession } from "@curfew/client";
import { SessionProvider } from "@curfew/react";
import { QueryClientProvider } from "@tanstack/react-query";
import { BrowserRouter } from "react-router";
import { queryClient } from "./queries/query-client.js";
import { AppRoutes } from "./routes.js";

/** The web app: the session, what was read with it, and the pages. */
export const App = ({ session }: { session: CurfewSession }) => (
  <SessionProvider session={session}>
    <QueryClientProvider client={queryClient}>
      <BrowserRouter>
        <AppRoutes />
      </BrowserRouter>
    </QueryClientProvider>
  </SessionProvider>
);
