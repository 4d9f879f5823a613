import type { TimeTexts } from "../../time/time-texts.js";

export const time: TimeTexts = { justNow: "gerade eben", withinAMinute: "in weniger als einer Minute" };
