import { ActiveSessions, type OnRevoked, RecentActivity, SessionPolicyForm, useCurfew } from "@curfew/react";
import { ShieldCheck } from "lucide-react";
import { showSuccess } from "../app/toasts.js";
import { tCount } from "../text/count.js";
import { t } from "../text/translate.js";
import { SettingsPage } from "./account/settings-page.js";

/** How long the toast is shown before the sign-in page replaces it. */
const LEAVE_AFTER_MS = 1_500;

/** `/account/security`: the session policy, the active sessions and the audit trail (owners only). */
export function SecurityPage() {
  const session = useCurfew();
  const onRevoked: OnRevoked = (count, scope) => {
    showSuccess(tCount(count, "{count} session signed out", "{count} sessions signed out"));
    // Not cancelled on navigation: no page can be shown without the session.
    if (scope === "all") setTimeout(() => session.leave(), LEAVE_AFTER_MS);
  };
  return (
    <SettingsPage
      icon={<ShieldCheck size={24} aria-hidden="true" />}
      title={t("Session security")}
      intro={t("Decide how long people stay signed in, see who is, and end what should not go on.")}
    >
      {/* The other cards are hidden until the policy card has loaded, so that they do not shift. */}
      <div className="grid grid-cols-1 gap-6 [&:has(.curfew-policy_.curfew-skeleton)>*+*]:hidden">
        <SessionPolicyForm />
        <ActiveSessions onRevoked={onRevoked} />
        <RecentActivity />
      </div>
    </SettingsPage>
  );
}
