import type { SessionsTexts } from "../active-sessions/sessions-texts.js";
import type { ActivityTexts } from "../activity/activity-texts.js";
import type { DeadlinesTexts } from "../deadlines/deadlines-texts.js";
import type { DialogTexts } from "../dialog/dialog-texts.js";
import type { NoticeTexts } from "../notice/notice-texts.js";
import type { PolicyTexts } from "../policy/policy-texts.js";
import type { ReauthenticationTexts } from "../reauthentication/reauthentication-texts.js";
import type { LoadingTexts } from "../resource/loading-texts.js";
import type { RevokeTexts } from "../revoke/revoke-texts.js";
import type { TimeTexts } from "../time/time-texts.js";

/**
 * Every word that the components show, in one language. A catalogue of your own may begin from a shipped one.
 *
 * @example const texts: Texts = { ...en, dialog: { cancel: "Never mind" } };
 */
export interface Texts {
  /** How numbers and times are written (BCP 47). */
  readonly locale: string;
  readonly activity: ActivityTexts;
  readonly deadlines: DeadlinesTexts;
  readonly dialog: DialogTexts;
  readonly loading: LoadingTexts;
  readonly notice: NoticeTexts;
  readonly policy: PolicyTexts;
  readonly reauthentication: ReauthenticationTexts;
  readonly revoke: RevokeTexts;
  readonly sessions: SessionsTexts;
  readonly time: TimeTexts;
}
