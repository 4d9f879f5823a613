import type { TimeTexts } from "../../time/time-texts.js";

export const time: TimeTexts = { justNow: "just now", withinAMinute: "in less than a minute" };
