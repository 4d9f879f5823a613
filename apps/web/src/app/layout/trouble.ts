import type { SessionState } from "@curfew/client";
import { t } from "../../text/translate.js";

/** What keeps the server's answers away, once it has lasted for a while. */
export type Trouble = "none" | "server" | "storage";

/** The trouble of a session. One that has ended has none. */
export function troubleOf(state: SessionState): Trouble {
  if (state.status === "signed_out" || !state.reconnecting) return "none";
  return state.storage_trouble === true ? "storage" : "server";
}

/** The text of the banner; empty without trouble. */
export function troubleText(trouble: Trouble): string {
  switch (trouble) {
    case "none":
      return "";
    case "server":
      return t("Curfew can't be reached. Reconnecting…");
    case "storage":
      return t(
        "This browser's storage doesn't answer, and Curfew needs the key in it. Reconnecting… If this lasts, restart the browser, or allow this site to store data.",
      );
  }
}
