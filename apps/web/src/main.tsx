import { createCurfewSession } from "@curfew/client";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app.js";
import { takeInvitationTokens } from "./pages/invite/invitation-token.js";
import "./styles/app.css";

takeInvitationTokens();
const root = document.getElementById("app");
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <App session={createCurfewSession()} />
    </StrictMode>,
  );
