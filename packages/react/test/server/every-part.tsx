import type { CurfewSession } from "@curfew/client";
import { StrictMode, useState } from "react";
import {
  ActiveSessions,
  Dialog,
  Marked,
  Moment,
  PasswordInput,
  ReauthenticationDialog,
  RecentActivity,
  RevokeSessionsModal,
  SearchField,
  SessionDeadlines,
  SessionExpiryNotice,
  SessionPlace,
  SessionPolicyForm,
  SessionProvider,
  useSearch,
  useSession,
} from "../../src/index.js";

const SEEN_AT = "2026-01-15T12:00:00.000Z";

const ITEM = {
  id: "s",
  device: { ip: "192.0.2.1", label: "Firefox", user_agent: null },
  last_seen: { ip: "192.0.2.2", label: null, user_agent: null },
};

/** A host's page with every part, as a server renders it and a browser takes it over. */
export const EveryPart = ({ session }: { session: CurfewSession }) => (
  <StrictMode>
    <SessionProvider session={session}>
      <SessionExpiryNotice />
      <Greeting />
      <SessionDeadlines />
      <SessionPolicyForm />
      <ActiveSessions />
      <RecentActivity />
      <ReauthenticationDialog />
      <RevokeSessionsModal
        open={false}
        scope="all"
        sessions={2}
        people={1}
        onClose={() => undefined}
        onRevoked={() => undefined}
      />
      <Dialog open={false} title="A title" onClose={() => undefined}>
        words
      </Dialog>
      <Find />
      <Marked text="Ada Lovelace" q="love" />
      <SessionPlace item={ITEM as unknown as Parameters<typeof SessionPlace>[0]["item"]} />
      <Moment at={SEEN_AT} />
      <Moment at={SEEN_AT} as="clock" />
    </SessionProvider>
  </StrictMode>
);

function Greeting() {
  const state = useSession();
  return <p id="state">{state.status === "signed_in" ? state.user.name : state.status}</p>;
}

function Find() {
  const search = useSearch();
  const [password, setPassword] = useState("");
  return (
    <>
      <SearchField search={search} found={null} label="Find" />
      <PasswordInput value={password} onChange={({ target }) => setPassword(target.value)} />
    </>
  );
}
