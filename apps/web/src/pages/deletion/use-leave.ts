import { useCurfew } from "@curfew/react";
import { useEffect, useRef } from "react";
import { useNavigate } from "react-router";
import { clearPages } from "../../app/gate/use-gate.js";
import { PATHS } from "../../app/paths.js";

/** Who or what was deleted. */
export type Deleted = "user" | "account";

/**
 * Returns a function that makes a call that deletes the user or the account, and then shows `/deleted`. Every tab of this browser
 * leaves the session once that page is there: before, the gate would lead to the sign-in page.
 */
export function useLeave(): (deleted: Deleted, call: () => Promise<unknown>) => Promise<void> {
  const session = useCurfew();
  const navigate = useNavigate();
  const isLeaving = useRef(false);
  useEffect(
    () => () => {
      if (!isLeaving.current) return;
      session.leave();
      clearPages();
    },
    [session],
  );
  return async (deleted, call) => {
    await session.deferEnd(call);
    isLeaving.current = true;
    const query = deleted === "account" ? "?of=account" : "";
    void navigate(`${PATHS.deleted}${query}`, { replace: true });
  };
}
