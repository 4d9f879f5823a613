import type { Dictionary } from "./translate.js";

/** What the service answers to a form, by its English sentences. */
export const germanAnswers: Dictionary = {
  "This field is required.": "Dieses Feld wird gebraucht.",
  "This field is unknown.": "Dieses Feld ist unbekannt.",
  "The value has the wrong type.": "Die Angabe hat die falsche Form.",
  "The value is too small or too large.": "Die Angabe ist zu klein oder zu groß.",
  "The value is not allowed.": "Diese Angabe ist nicht erlaubt.",
  "The text contains a character that can't be stored.":
    "Der Text enthält ein Zeichen, das sich nicht speichern lässt.",
  "The name contains a control character.": "Der Name enthält ein Steuerzeichen.",
  "A name is needed.": "Ein Name wird gebraucht.",
  "This is not an e-mail address.": "Das ist keine E-Mail-Adresse.",
  "Must be 200 characters or fewer.": "Höchstens 200 Zeichen.",
  "Must be 254 characters or fewer.": "Höchstens 254 Zeichen.",
  "Must be 128 characters or fewer.": "Höchstens 128 Zeichen.",
  "Must be 8 characters or more.": "Mindestens 8 Zeichen.",
  "This is one of the passwords that everyone tries. Choose another.":
    "Das ist eines der Passwörter, die alle ausprobieren. Wählen Sie ein anderes.",
  "This is not your current password.": "Das ist nicht Ihr jetziges Passwort.",
  "Another e-mail needs your current password.":
    "Für eine andere E-Mail wird Ihr jetziges Passwort gebraucht.",
  "This is not the name of the account.": "Das ist nicht der Name des Kontos.",
  "A member who has not joined yet can't be disabled.":
    "Wer noch nicht beigetreten ist, kann nicht gesperrt werden.",
  "This person is disabled. Enable them first.": "Diese Person ist gesperrt. Entsperren Sie sie zuerst.",
  "This invitation does not work: it was used, replaced, withdrawn or ended, or it is too old.":
    "Diese Einladung funktioniert nicht: Sie wurde benutzt, ersetzt, zurückgezogen oder beendet, oder sie ist zu alt.",
  "This link does not work: it was used, replaced or ended, or it is too old.":
    "Dieser Link funktioniert nicht: Er wurde benutzt, ersetzt oder beendet, oder er ist zu alt.",

  "An account can have 1000 open invitations and password links.":
    "Ein Konto kann 1000 offene Einladungen und Passwort-Links haben.",
  "Registration is closed. Ask an owner for an invitation.":
    "Hier kann man sich nicht selbst registrieren. Bitten Sie einen Inhaber um eine Einladung.",
  "The first account needs the setup token of the service's log.":
    "Das erste Konto braucht den Einrichtungscode aus dem Protokoll des Dienstes.",
  "Your role does not allow this.": "Nur Inhaber können das tun.",
  "Not found.": "Das gibt es nicht mehr.",
  "Some fields are invalid.": "Einige Angaben sind ungültig.",
};
