import { ActiveSessions, RecentActivity, SessionPolicyForm, useCurfew } from "@curfew/react";
import { useState } from "react";
import type { Words } from "./language.js";

/** The page for owners, made of Curfew's components. */
export function Security({ words }: { words: Words }) {
  const session = useCurfew();
  const [ended, setEnded] = useState<number | null>(null);
  return (
    <>
      <h1>{words.security}</h1>
      <p role="status">{ended !== null && words.ended(ended)}</p>
      <SessionPolicyForm />
      <ActiveSessions
        onRevoked={(count, scope) => {
          setEnded(count);
          if (scope === "all") session.leave();
        }}
      />
      <RecentActivity />
    </>
  );
}
