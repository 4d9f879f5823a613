import { useCurfew } from "@curfew/react";
import { Info } from "lucide-react";
import { useLocation, useSearchParams } from "react-router";
import { readLeftBehind } from "../../app/left-behind.js";
import { whenWords } from "../../words/when-words.js";
import { endWords } from "./end-words.js";

/** Says why the session ended that was there before, and when, where that is known. */
export function EndBanner() {
  const session = useCurfew();
  const [query] = useSearchParams();
  const endedAt = Date.parse(readLeftBehind(useLocation().state).ended_at ?? "");
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
