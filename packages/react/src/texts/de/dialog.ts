import type { DialogTexts } from "../../dialog/dialog-texts.js";

export const dialog: DialogTexts = { cancel: "Abbrechen" };
