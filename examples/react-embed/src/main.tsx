import { createCurfewSession } from "@curfew/client";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Harbour } from "./harbour.js";
import "@curfew/react/styles.css";
import "./harbour.css";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <Harbour session={createCurfewSession()} />
  </StrictMode>,
);
