import { createCurfewSession } from "@curfew/client";
import { SessionExpiryNotice, SessionProvider } from "@curfew/react";
import { de } from "@curfew/react/texts/de";
import "@curfew/react/styles.css";

const session = createCurfewSession({ host: true });

export const Root = () => (
  <SessionProvider session={session} texts={de}>
    <SessionExpiryNotice />
  </SessionProvider>
);
