import { ActiveSessions, type OnRevoked, RecentActivity, SessionPolicyForm, useCurfew } from "@curfew/react";
import { ShieldCheck } from "lucide-react";
import { tellDone } from "../../app/toasts/toasts.js";
import { counted } from "../../words/counted.js";
import { SettingsPage } from "../account/settings-page.js";

/** How long what was done stands there before the sign-in page takes its place. */
const LEAVE_AFTER_MS = 1_500;

/** `/account/security`: the session policy, who is signed in under it, and what has happened (owners only). */
export function SecurityPage() {
  const session = useCurfew();
  const onRevoked: OnRevoked = (count, scope) => {
    tellDone(`${counted(count, "session")} signed out`);
    // Also where the person turns to another page meanwhile: there is no session left to show any with.
    if (scope === "all") setTimeout(() => session.leave(), LEAVE_AFTER_MS);
  };
  return (
    <SettingsPage
      icon={<ShieldCheck size={24} aria-hidden="true" />}
      title="Session security"
      intro="Decide how long people stay signed in, see who is, and end what should not go on."
    >
      {/* While the first card is an outline, those beneath it wait: it would push them down as it fills. */}
      <div className="grid grid-cols-1 gap-6 [&:has(.curfew-policy_.curfew-skeleton)>*+*]:hidden">
        <SessionPolicyForm />
        <ActiveSessions onRevoked={onRevoked} />
        <RecentActivity />
      </div>
    </SettingsPage>
  );
}
