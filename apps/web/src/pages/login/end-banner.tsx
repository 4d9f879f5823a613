import { useCurfew } from "@curfew/react";
import { Info } from "lucide-react";
import { useLocation, useSearchParams } from "react-router";
import { whenWords } from "../../words/when-words.js";
import { endWords } from "./end-words.js";

/** Says why the session ended that was there before, and when, where that is known. */
export function EndBanner() {
  const session = useCurfew();
  const [query] = useSearchParams();
  const endedAt = Date.parse(endedAtOf(useLocation().state));
  const when = Number.isNaN(endedAt) ? null : whenWords(endedAt, session.now());
  const words = endWords(query.get("reason"), query.get("cause"), when);
  if (words === null) return null;
  return (
    <p role="status" className="curfew-note" data-tone="info">
      <Info className="curfew-icon" aria-hidden="true" />
      <span>{words}</span>
    </p>
  );
}

/** What the gate that led here left in the history, or what anyone else may have. */
function endedAtOf(state: unknown): string {
  if (typeof state !== "object" || state === null || !("ended_at" in state)) return "";
  return typeof state.ended_at === "string" ? state.ended_at : "";
}
