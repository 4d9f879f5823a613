import { activity } from "./en/activity.js";
import { deadlines } from "./en/deadlines.js";
import { dialog } from "./en/dialog.js";
import { loading } from "./en/loading.js";
import { notice } from "./en/notice.js";
import { policy } from "./en/policy.js";
import { reauthentication } from "./en/reauthentication.js";
import { revoke } from "./en/revoke.js";
import { sessions } from "./en/sessions.js";
import { time } from "./en/time.js";
import type { Texts } from "./texts.js";

/** Every word that the components show, in English. */
export const en: Texts = {
  locale: "en-GB",
  activity,
  deadlines,
  dialog,
  loading,
  notice,
  policy,
  reauthentication,
  revoke,
  sessions,
  time,
};
