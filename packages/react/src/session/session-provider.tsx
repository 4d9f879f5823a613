import type { CurfewSession } from "@curfew/client";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import {
  ReauthenticationContext,
  ReauthenticationRequests,
} from "../reauthentication/reauthentication-requests.js";
import { en } from "../texts/en.js";
import type { Texts } from "../texts/texts.js";
import { SessionContext } from "./context.js";
import { Leaving, type LeavingHandlers } from "./leaving.js";
import { UnsavedInput, UnsavedInputContext } from "./unsaved-input.js";

/**
 * Provides a session to Curfew's components and hooks, and starts it. Unmounting does not stop the session: the code
 * that created it does.
 *
 * @param session from `createCurfewSession`
 * @param texts the text catalogue of all components; default: English
 * @param onSignedOut leaves for the sign-in page; called when nobody is signed in, also at the first load, and no form holds
 * unsaved input, for which the `ReauthenticationDialog` asks for the password in place
 * @param onOtherUser loads the page again; called when another user has signed in, in another tab, or the same one to another account
 * @example
 * <SessionProvider session={session} onSignedOut={() => location.assign("/sign-in")} onOtherUser={() => location.reload()}>
 *   <App />
 * </SessionProvider>
 */
export function SessionProvider({
  session,
  texts = en,
  onSignedOut,
  onOtherUser,
  children,
}: {
  session: CurfewSession;
  texts?: Texts;
  children?: ReactNode;
} & LeavingHandlers) {
  const [unsavedInput] = useState(() => new UnsavedInput());
  const [reauthentication] = useState(() => new ReauthenticationRequests());
  const value = useMemo(() => ({ session, texts }), [session, texts]);
  useEffect(() => session.start(), [session]);
  return (
    // React 18 does not render a context itself.
    <SessionContext.Provider value={value}>
      <UnsavedInputContext.Provider value={unsavedInput}>
        <ReauthenticationContext.Provider value={reauthentication}>
          {children}
          <Leaving onSignedOut={onSignedOut} onOtherUser={onOtherUser} />
        </ReauthenticationContext.Provider>
      </UnsavedInputContext.Provider>
    </SessionContext.Provider>
  );
}
