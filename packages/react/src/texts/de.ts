import { activity } from "./de/activity.js";
import { deadlines } from "./de/deadlines.js";
import { dialog } from "./de/dialog.js";
import { loading } from "./de/loading.js";
import { notice } from "./de/notice.js";
import { policy } from "./de/policy.js";
import { reauthentication } from "./de/reauthentication.js";
import { revoke } from "./de/revoke.js";
import { sessions } from "./de/sessions.js";
import { time } from "./de/time.js";
import type { Texts } from "./texts.js";

/** Every word that the components show, in German. */
export const de: Texts = {
  locale: "de",
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
