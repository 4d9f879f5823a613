import type { NoticeTexts } from "../../notice/notice-texts.js";

// 'In 4 Minuten' wants another case than '4 Minuten' has: 'noch' takes the words as they are.
export const notice: NoticeTexts = {
  name: "Ende der Sitzung",
  words: {
    idle: (left) => `Noch ${left}, dann werden Sie abgemeldet, weil Sie nichts getan haben.`,
    absolute: (left) => `Noch ${left}, dann endet Ihre Sitzung. Melden Sie sich neu an, um weiterzuarbeiten.`,
  },
  at: (at) => `um ${at}`,
  announced: {
    idle: (at) =>
      `Sie haben länger nichts getan. Um ${at} werden Sie abgemeldet, wenn Sie nicht angemeldet bleiben.`,
    absolute: (at) =>
      `Um ${at} endet Ihre Sitzung. Sie lässt sich nicht verlängern: Sichern Sie Ihre Arbeit und melden Sie sich neu an.`,
  },
  lastMinute: {
    idle: "Weniger als eine Minute bis zur Abmeldung.",
    absolute: "Weniger als eine Minute bis zum Ende Ihrer Sitzung.",
  },
  passed: "Ihre Zeit ist um. Der Server wird gefragt …",
  stay: "Angemeldet bleiben",
  staying: "Anmeldung wird verlängert …",
  stayFailed: (why) => `Ihre Anmeldung ließ sich nicht verlängern. ${why}`,
  signIn: "Jetzt neu anmelden",
  dismiss: "Ausblenden",
};
