import type { CurfewSession } from "@curfew/client";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { ReauthenticationDesk } from "../reauthentication/reauthentication-desk.js";
import { en } from "../texts/en.js";
import type { Texts } from "../texts/texts.js";
import { ProvidedContext } from "./context.js";
import { UnsavedInput } from "./unsaved-input.js";

/**
 * Hands a session to Curfew's components and hooks, and begins it. It goes on when the provider leaves the page:
 * whoever made the session stops it.
 *
 * @param session what `createCurfewSession` made
 * @param texts the words of all components; English unless told
 * @example <SessionProvider session={session} texts={de}><App /></SessionProvider>
 */
export function SessionProvider({
  session,
  texts = en,
  children,
}: {
  session: CurfewSession;
  texts?: Texts;
  children?: ReactNode;
}) {
  const [unsaved] = useState(() => new UnsavedInput());
  const [desk] = useState(() => new ReauthenticationDesk());
  const provided = useMemo(() => ({ session, texts, unsaved, desk }), [session, texts, unsaved, desk]);
  useEffect(() => session.start(), [session]);
  return <ProvidedContext value={provided}>{children}</ProvidedContext>;
}
