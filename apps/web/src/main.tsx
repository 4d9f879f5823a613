import { createCurfewSession } from "@curfew/client";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app.js";
import { isDoor } from "./app/paths.js";
import { loadPageAhead } from "./app/routes.js";
import { takeInvitationTokens } from "./pages/invite/invitation-token.js";
import "./styles/app.css";

const session = createCurfewSession();
const { pathname } = window.location;
takeInvitationTokens();
loadPageAhead(pathname);
session.start({ quietly: isDoor(pathname) });
const root = document.getElementById("app");
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <App session={session} />
    </StrictMode>,
  );
