import { useSession } from "@curfew/react";

/** Says so when the server has not been reached for a while: the page and the session are kept. */
export function ConnectionNote() {
  const state = useSession();
  const isReconnecting = state.status === "signed_in" && state.reconnecting;
  return (
    <div role="status">
      {isReconnecting && (
        <p className="border-line bg-raised border-b px-4 py-2 text-center text-sm">
          Curfew can't be reached. Reconnecting… You are still signed in.
        </p>
      )}
    </div>
  );
}
