import type { ReauthenticationTexts } from "../../reauthentication/reauthentication-texts.js";

export const reauthentication: ReauthenticationTexts = {
  title: "Bestätigen Sie, dass Sie es sind",
  confirm: "Diese Änderung lockert die Sicherheit des Kontos. Dafür wird Ihr Passwort noch einmal gebraucht.",
  unproven: "Der Server erkennt diesen Browser nicht mehr. Geben Sie Ihr Passwort ein, um weiterzuarbeiten.",
  ended: (why) =>
    `${why} Was Sie eingegeben haben, ist noch da: Geben Sie Ihr Passwort ein, um weiterzuarbeiten. „Abbrechen“ verwirft es und führt zur Anmeldung.`,
  endings: {
    idle: "Ihre Sitzung ist beendet, weil Sie länger nichts getan haben.",
    absolute: "Ihre Sitzung hat ihre längste Dauer erreicht.",
    signed_out: "Sie haben sich in einem anderen Tab abgemeldet.",
    revoked_by_owner: "Ein Inhaber des Kontos hat Ihre Sitzung beendet.",
    revoked_by_user: "Sie haben diese Sitzung auf einem anderen Gerät beendet.",
    token_reused: "Ihre Sitzung wurde beendet, weil ihr Token zweimal benutzt wurde.",
    password_changed: "Ihr Passwort wurde geändert.",
    user_disabled: "Ihr Zugang wurde gesperrt.",
    session_limit: "Ihre Sitzung ist beendet, weil Sie sich auf zu vielen Geräten angemeldet haben.",
  },
  signInAs: (email) => `Sie melden sich an als ${email}.`,
  password: "Passwort",
  submit: "Bestätigen",
  submitting: "Wird bestätigt …",
  wrongPassword: "Dieses Passwort stimmt nicht.",
};
