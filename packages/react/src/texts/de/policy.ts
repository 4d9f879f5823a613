import type { PolicyTexts } from "../../policy/policy-texts.js";
import { isOne } from "./is-one.js";

const listed = (names: readonly string[]): string => new Intl.ListFormat("de").format(names);

export const policy: PolicyTexts = {
  title: "Richtlinie",
  presets: "Sitzungsrichtlinie",
  preset: { strict: "Streng", standard: "Standard", custom: "Eigene" },
  limits: (idle, absolute) => `Abmeldung nach ${idle} ohne Aktivität, spätestens nach ${absolute}`,
  ownLimits: "Eigene Grenzen",
  idle: "Zeit ohne Aktivität (Minuten)",
  absolute: "Längste Sitzungsdauer (Minuten)",
  fault(fault) {
    switch (fault.code) {
      case "wrong_type":
        return "Geben Sie eine ganze Zahl von Minuten ein.";
      case "out_of_range":
        return `Geben Sie eine Zahl von ${fault.min} bis ${fault.max} ein.`;
      case "idle_exceeds_absolute":
        return "Die Zeit ohne Aktivität darf nicht länger als die längste Sitzungsdauer sein.";
    }
  },
  nextLogin:
    "Die Richtlinie gilt ab der nächsten Anmeldung. Offene Sitzungen behalten die Grenzen, mit denen sie begonnen haben.",
  nextLoginAndNow:
    "Die Richtlinie gilt ab der nächsten Anmeldung und sofort für offene Sitzungen: Für jede gelten die kürzeren Grenzen.",
  applyNow: "Auch Sitzungen verkürzen, die jetzt offen sind",
  save: "Richtlinie speichern",
  saving: "Wird gespeichert …",
  saved: "Gespeichert",
  changedMeanwhile: "Jemand anderes hat die Richtlinie geändert. Ihre Eingaben sind nicht gespeichert.",
  reload: "Neu laden",

  previewing: "Die Sitzungen, die enden würden, werden gezählt …",
  noPreview: "Was das bewirken würde, lässt sich gerade nicht sagen.",
  previewEnded({ sessions, ended, own }) {
    if (sessions === 0) return "Keine Sitzung ist offen.";
    const all = isOne(sessions) ? "1 offenen Sitzung" : `${sessions} offenen Sitzungen`;
    if (ended === 0) return `Von ${all} endet jetzt keine.`;
    const verb = isOne(ended) ? "endet" : "enden";
    if (!own) return `Von ${all} ${verb} jetzt ${ended}.`;
    return `Von ${all} ${verb} jetzt ${ended}, ${isOne(ended) ? "und zwar Ihre" : "darunter Ihre"}.`;
  },
  previewShortened: (count) => (isOne(count) ? "1 wird verkürzt." : `${count} werden verkürzt.`),
  previewPeople({ names, more }) {
    const people = more === 0 ? names : [...names, `${more} weitere ${isOne(more) ? "Person" : "Personen"}`];
    return `Abgemeldet: ${listed(people)}.`;
  },

  ownEnd: "Auch sich selbst abmelden?",
  ownEndText: "Ihre eigene Sitzung ist unter denen, die enden. Sie müssen sich danach neu anmelden.",
  ownEndConfirm: "Speichern und mich abmelden",

  standards: "Was diese Grenzen unterstützen",
  supports: (standard) => `Unterstützt ${standard}`,
  supportsNot: (standard) => `Unterstützt nicht ${standard}`,
  standardLimits(idle, absolute) {
    const limits = [];
    if (idle !== null) limits.push(`höchstens ${idle} ohne Aktivität`);
    if (absolute !== null) limits.push(`höchstens ${absolute} insgesamt`);
    return limits.join(", ");
  },

  day: "Ein Arbeitstag",
  pauses: { coffee: "die Kaffeepause", lunch: "das Mittagessen", meeting: "die Besprechung" },
  pauseLabels: { coffee: "Kaffee", lunch: "Mittag", meeting: "Besprechung" },
  dayBegins: (start, end) => `Ein Arbeitstag von ${start} bis ${end}.`,
  daySurvived: (pauses) => `Die Sitzung übersteht ${listed(pauses)}.`,
  dayEnded: (pause, at) => `${pause[0]?.toUpperCase()}${pause.slice(1)} beendet sie um ${at}.`,
  dayLimit: (at) => `Ihre Grenze fällt in den Tag, auf ${at}.`,
  dayLimitAfterWork: (at) => `Ihre Grenze fällt auf ${at}, nach der Arbeit.`,
  dayLimitLater: (duration) => `Ihre Grenze fällt auf einen späteren Tag, nach ${duration}.`,
};
