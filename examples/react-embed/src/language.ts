export type Language = "en" | "de";

/** Texts of Harbour itself; Curfew's components have their own catalogues. */
export const WORDS = {
  en: {
    language: "Deutsch",
    notes: "Notes",
    security: "Security",
    signOut: "Sign out",
    signIn: "Sign in",
    email: "E-mail",
    password: "Password",
    refused: "That did not work.",
    waiting: "One moment…",
    note: "Your note",
    keep: "Keep",
    kept: "Notes kept on this page",
    ended: (count: number) => `${count} signed out`,
  },
  de: {
    language: "English",
    notes: "Notizen",
    security: "Sicherheit",
    signOut: "Abmelden",
    signIn: "Anmelden",
    email: "E-Mail",
    password: "Passwort",
    refused: "Das hat nicht geklappt.",
    waiting: "Einen Moment …",
    note: "Ihre Notiz",
    keep: "Behalten",
    kept: "Notizen auf dieser Seite",
    ended: (count: number) => `${count} abgemeldet`,
  },
};

export type Words = (typeof WORDS)["en"];
