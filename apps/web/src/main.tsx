import { createCurfewSession } from "@curfew/client";
import { SessionProvider } from "@curfew/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { isPublicPath } from "./app/paths.js";
import { AppRoutes, preloadPage } from "./app/routes.js";
import { warningOption } from "./app/warning-option.js";
import { captureLinkTokens } from "./pages/link/link-token.js";
import "./styles/app.css";

const session = createCurfewSession(warningOption);
const { pathname } = window.location;
captureLinkTokens();
preloadPage(pathname);
session.start({ quietly: isPublicPath(pathname) });
const root = document.getElementById("app");
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <SessionProvider session={session}>
        <BrowserRouter>
          <AppRoutes />
        </BrowserRouter>
      </SessionProvider>
    </StrictMode>,
  );
