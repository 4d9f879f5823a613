import { de } from "@curfew/react/texts/de";
import type { Dictionary } from "./translate.js";

/** What the service answers. */
export { germanAnswers } from "./german-answers.js";
/** The texts of the components. */
export { de as germanComponents };

/** The texts around all pages, of those without a session and of the home page, by their English ones. */
export const germanPages: Dictionary = {
  // Around every page
  "Skip to content": "Zum Inhalt springen",
  Main: "Hauptmenü",
  Home: "Start",
  Account: "Konto",
  "Sign out": "Abmelden",
  "Signing out…": "Wird abgemeldet …",
  "You are still signed in.": "Sie sind noch angemeldet.",
  "Curfew can't be reached. Reconnecting…": "Curfew ist nicht erreichbar. Neue Verbindung wird versucht …",
  "This browser's storage doesn't answer, and Curfew needs the key in it. Reconnecting… If this lasts, restart the browser, or allow this site to store data.":
    "Der Speicher dieses Browsers antwortet nicht, und Curfew braucht den Schlüssel darin. Neue Verbindung wird versucht … Dauert es an, starten Sie den Browser neu, oder erlauben Sie dieser Seite, Daten zu speichern.",
  "Loading…": "Wird geladen …",
  "This page could not be loaded": "Diese Seite konnte nicht geladen werden",
  "Curfew may have been updated, or the connection was lost on the way.":
    "Vielleicht wurde Curfew aktualisiert, oder die Verbindung brach ab.",
  Reload: "Neu laden",
  "Try again": "Erneut versuchen",
  "Saving…": "Wird gespeichert …",

  // Times
  "at {time}": "um {time}",
  "on {day} at {time}": "am {day} um {time}",

  // Home, and pages that are not shown
  "Hello, {name}": "Hallo, {name}",
  "You are signed in to {account} as an owner.": "Sie sind bei {account} als Inhaber angemeldet.",
  "You are signed in to {account} as a member.": "Sie sind bei {account} als Mitglied angemeldet.",
  "Your session": "Ihre Sitzung",
  "Signed in somewhere else too?": "Auch anderswo angemeldet?",
  "See your sessions": "Ihre Sitzungen ansehen",
  "Not for you": "Nicht für Sie",
  "This page is not for you": "Diese Seite ist nicht für Sie",
  "Only an owner of {account} can see it. If you need something changed here, ask one of them.":
    "Nur Inhaber von {account} können sie sehen. Bitten Sie einen von ihnen, wenn sich hier etwas ändern soll.",
  "Back to your account": "Zurück zu Ihrem Konto",
  "Not found": "Nicht gefunden",
  "There is no such page": "Diese Seite gibt es nicht",
  "The address may be mistyped, or the page may have moved.":
    "Vielleicht enthält die Adresse einen Tippfehler, oder die Seite ist umgezogen.",
  "Go to the start page": "Zur Startseite",

  // Fields of forms
  "E-mail": "E-Mail",
  Password: "Passwort",
  "Account name": "Name des Kontos",
  "Your company or team.": "Ihre Firma oder Ihr Team.",
  "Your name": "Ihr Name",
  "Setup token": "Einrichtungscode",
  "The service's log shows it at each start, and the command curfew setup-token prints it.":
    "Er steht bei jedem Start im Protokoll des Dienstes, und der Befehl curfew setup-token gibt ihn aus.",
  "8 characters or more. Three or four words in a row are easy to keep in mind.":
    "Mindestens 8 Zeichen. Drei oder vier Wörter hintereinander lassen sich gut merken.",
  "Enter your e-mail address.": "Geben Sie Ihre E-Mail-Adresse ein.",
  "Enter your password.": "Geben Sie Ihr Passwort ein.",
  "Choose a password.": "Wählen Sie ein Passwort.",
  "Enter your name.": "Geben Sie Ihren Namen ein.",
  "Enter a name for the account.": "Geben Sie einen Namen für das Konto ein.",
  "Enter the setup token.": "Geben Sie den Einrichtungscode ein.",
  "This is not the setup token of this service.": "Das ist nicht der Einrichtungscode dieses Dienstes.",

  // Signing in
  "Sign in": "Anmelden",
  "Signing in…": "Wird angemeldet …",
  "Forgotten your password?": "Passwort vergessen?",
  "An owner of your account can give you a link with which you choose a new one.":
    "Ein Inhaber Ihres Kontos kann Ihnen einen Link geben, mit dem Sie ein neues wählen.",
  "New here?": "Neu hier?",
  "Create an account": "Konto anlegen",
  "You were signed out{when} because you had been inactive.":
    "Sie wurden{when} abgemeldet, weil Sie nicht aktiv waren.",
  "Your session reached its maximum length{when}. Sign in again to carry on.":
    "Ihre Sitzung hat{when} ihre längste Dauer erreicht. Melden Sie sich neu an, um weiterzuarbeiten.",
  "This browser refuses cookies for this site, so that you can't stay signed in. Allow them, and sign in then.":
    "Dieser Browser lehnt Cookies dieser Seite ab, sodass Sie nicht angemeldet bleiben können. Erlauben Sie sie, und melden Sie sich dann an.",
  "You are signed out because this browser has not kept your sign-in: its cookie was refused or deleted, or the server no longer knows it. If this happens again, allow cookies for this site.":
    "Sie sind abgemeldet, weil dieser Browser Ihre Anmeldung nicht behalten hat: Ihr Cookie wurde abgelehnt oder gelöscht, oder der Server kennt es nicht mehr. Geschieht das wieder, erlauben Sie dieser Seite Cookies.",
  "You signed out{when}.": "Sie haben sich{when} abgemeldet.",
  "An owner of your account signed you out{when}.": "Ein Inhaber Ihres Kontos hat Sie{when} abgemeldet.",
  "You ended this session{when} from another device.":
    "Sie haben diese Sitzung{when} von einem anderen Gerät aus beendet.",
  "Your session was ended{when} because its token was used twice: somebody may have copied it. If you find activity that is not yours, change your password.":
    "Ihre Sitzung wurde{when} beendet, weil ihr Token zweimal benutzt wurde: Jemand hat es vielleicht kopiert. Wenn Sie Vorgänge finden, die nicht von Ihnen sind, ändern Sie Ihr Passwort.",
  "Your password was changed{when}, which signed you out everywhere. Sign in with the new one.":
    "Ihr Passwort wurde{when} geändert, und Sie wurden überall abgemeldet. Melden Sie sich mit dem neuen an.",
  "An owner disabled your access{when}.": "Ein Inhaber hat{when} Ihren Zugang gesperrt.",
  "Your access was deleted{when}.": "Ihr Zugang wurde{when} gelöscht.",
  "The account was deleted{when}.": "Das Konto wurde{when} gelöscht.",
  "You signed in on so many devices{when} that the session unused for longest, this one, was ended.":
    "Sie haben sich{when} auf so vielen Geräten angemeldet, dass die am längsten unbenutzte Sitzung, diese hier, beendet wurde.",
  "Your session expired{when}. Sign in again to carry on.":
    "Ihre Sitzung ist{when} abgelaufen. Melden Sie sich neu an, um weiterzuarbeiten.",
  "Your session was ended{when}, by an owner of your account or by you.":
    "Ihre Sitzung wurde{when} beendet, von einem Inhaber Ihres Kontos oder von Ihnen.",

  // Registering
  "Create account": "Konto anlegen",
  "Creating account…": "Konto wird angelegt …",
  "You will be the owner of the account, and can invite others to it.":
    "Sie werden Inhaber des Kontos und können andere dazu einladen.",
  "Registration is closed here. Ask an owner of your account to invite you.":
    "Hier kann man sich nicht selbst registrieren. Bitten Sie einen Inhaber Ihres Kontos um eine Einladung.",
  "Have an account?": "Sie haben ein Konto?",

  // Links to an invitation or a new password
  Invitation: "Einladung",
  "Join {account}": "{account} beitreten",
  "Welcome, {name}. Choose a password, and you are in.":
    "Willkommen, {name}. Wählen Sie ein Passwort, und Sie sind dabei.",
  Join: "Beitreten",
  "Joining…": "Beitritt läuft …",
  "This invitation does not work": "Diese Einladung funktioniert nicht",
  "The link was used already, replaced by a newer one, withdrawn, or is older than seven days; or a part of it is missing. Open it once more as you received it, or ask whoever invited you for a new one.":
    "Der Link wurde schon benutzt, durch einen neueren ersetzt oder zurückgezogen, er ist älter als sieben Tage, oder ein Teil von ihm fehlt. Öffnen Sie ihn noch einmal so, wie Sie ihn erhalten haben, oder bitten Sie die Person, die Sie eingeladen hat, um einen neuen.",
  "The invitation could not be read": "Die Einladung konnte nicht gelesen werden",
  "New password": "Neues Passwort",
  "Choose a new password": "Neues Passwort wählen",
  "This is for {name} in {account}. Wherever else you are signed in, you will be signed out.":
    "Für {name} in {account}. Überall, wo Sie sonst angemeldet sind, werden Sie abgemeldet.",
  "Save and sign in": "Speichern und anmelden",
  "This link does not work": "Dieser Link funktioniert nicht",
  "It was used already, replaced by a newer one, has ended, or is older than 24 hours; or a part of it is missing. Open it once more as you received it, or ask an owner of your account for a new one.":
    "Er wurde schon benutzt oder durch einen neueren ersetzt, er gilt nicht mehr oder ist älter als 24 Stunden, oder ein Teil von ihm fehlt. Öffnen Sie ihn noch einmal so, wie Sie ihn erhalten haben, oder bitten Sie einen Inhaber Ihres Kontos um einen neuen.",
  "The link could not be read": "Der Link konnte nicht gelesen werden",

  // After a deletion
  Deleted: "Gelöscht",
  "The account is deleted, with everybody in it": "Das Konto ist gelöscht, mit allen darin",
  "Your account is deleted": "Ihr Zugang ist gelöscht",
  "Everybody is signed out, and everything that was kept in the account is being removed.":
    "Alle sind abgemeldet, und alles, was im Konto gespeichert war, wird entfernt.",
  "You are signed out everywhere, and everything that was kept about you is being removed.":
    "Sie sind überall abgemeldet, und alles, was über Sie gespeichert war, wird entfernt.",
  "{create} or {sign_in} as somebody else.": "{create} oder als jemand anderes {sign_in}.",
  "sign in": "anmelden",

  // What went wrong
  "Something went wrong on this page. Please try again.":
    "Auf dieser Seite ist etwas schiefgegangen. Bitte versuchen Sie es noch einmal.",
  "Curfew can't be reached. Check your connection and try again.":
    "Curfew ist nicht erreichbar. Prüfen Sie Ihre Verbindung, und versuchen Sie es noch einmal.",
  "This browser does not provide the key that protects a session. Allow this site to store data, leave private browsing or use another browser, and try again.":
    "Dieser Browser stellt den Schlüssel nicht bereit, der eine Sitzung schützt. Erlauben Sie dieser Seite, Daten zu speichern, verlassen Sie den privaten Modus, oder nehmen Sie einen anderen Browser, und versuchen Sie es noch einmal.",
  "Too many attempts. Please wait a while and try again.":
    "Zu viele Versuche. Bitte warten Sie eine Weile, und versuchen Sie es dann noch einmal.",
  "Too many attempts. Try again in {duration}.":
    "Zu viele Versuche. Nächster Versuch möglich in: {duration}.",
  "Curfew is in trouble for the moment. Please try again shortly.":
    "Curfew hat gerade Schwierigkeiten. Bitte versuchen Sie es gleich noch einmal.",
  "The e-mail address or the password is wrong.": "Die E-Mail-Adresse oder das Passwort ist falsch.",
  "Not done: this needs your password once more.":
    "Nicht ausgeführt: Dafür wird noch einmal Ihr Passwort gebraucht.",
  "This is the last owner who can sign in. Make somebody else an owner first.":
    "Das ist der letzte Inhaber, der sich anmelden kann. Machen Sie zuerst jemand anderen zum Inhaber.",
  "This e-mail address belongs to somebody already.": "Diese E-Mail-Adresse gehört schon jemandem.",
};
