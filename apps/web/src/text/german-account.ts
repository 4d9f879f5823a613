import type { Dictionary } from "./translate.js";

/** The texts that only signed-in pages have, by their English ones. */
export const germanAccount: Dictionary = {
  // Lists, dialogs and toasts
  Notifications: "Mitteilungen",
  Cancel: "Abbrechen",
  "One moment…": "Einen Moment …",
  "Show more": "Mehr anzeigen",
  Close: "Schließen",
  Save: "Speichern",
  Saved: "Gespeichert",
  "This could not be loaded. {why}": "Das konnte nicht geladen werden. {why}",
  "Trying again…": "Wird erneut versucht …",

  // The end of the session
  "Your time is up.": "Ihre Zeit ist um.",
  "What you typed is still here, as long as you leave this page open.":
    "Was Sie eingegeben haben, ist noch da, solange Sie diese Seite geöffnet lassen.",

  // Account
  "{email}, an owner of {account}.": "{email}, Inhaber von {account}.",
  "{email}, a member of {account}.": "{email}, Mitglied von {account}.",
  Name: "Name",
  "Another e-mail needs your password.": "Für eine andere E-Mail wird Ihr Passwort gebraucht.",
  "Rename the account": "Konto umbenennen",
  "Download my data": "Meine Daten herunterladen",
  "All that is kept of you, with your sessions and the events by and about you, as JSON.":
    "Alles, was über Sie gespeichert ist, mit Ihren Sitzungen und den Ereignissen von Ihnen und über Sie, als JSON.",
  Settings: "Einstellungen",
  "Your sessions": "Ihre Sitzungen",
  "The devices you are signed in on, and when each session ends.":
    "Die Geräte, auf denen Sie angemeldet sind, und wann jede Sitzung endet.",
  "Choose a new one. Your other sessions end.": "Ein neues wählen. Ihre anderen Sitzungen enden.",
  "Who belongs to the account, who owns it, and whom to invite.":
    "Wer zum Konto gehört, wer Inhaber ist und wer eingeladen wird.",
  "How long people stay signed in, who is signed in now, and what has happened.":
    "Wie lange man angemeldet bleibt, wer gerade angemeldet ist und was geschehen ist.",

  // Password
  "Current password": "Jetziges Passwort",
  "Enter your current password.": "Geben Sie Ihr jetziges Passwort ein.",
  "Choose a new password.": "Wählen Sie ein neues Passwort.",
  "Once it is changed, your sessions on all other devices end; this one goes on.":
    "Ist es geändert, enden Ihre Sitzungen auf allen anderen Geräten; diese hier läuft weiter.",
  "Change password": "Passwort ändern",
  "Changing…": "Wird geändert …",
  "Password changed. Your other sessions have ended.":
    "Passwort geändert. Ihre anderen Sitzungen sind beendet.",

  // The user's own sessions
  "Where you are signed in. If you don't know a device, sign it out and choose a new password.":
    "Wo Sie angemeldet sind. Wenn Sie ein Gerät nicht kennen, melden Sie es ab, und wählen Sie ein neues Passwort.",
  "This device": "Dieses Gerät",
  "last active {ago}": "zuletzt aktiv {ago}",
  "No session is open any more.": "Keine Sitzung ist mehr offen.",
  "You are signed in nowhere else.": "Sie sind nirgends sonst angemeldet.",
  "Sign out other sessions": "Andere Sitzungen beenden",
  "Sign out your other sessions?": "Ihre anderen Sitzungen beenden?",
  "This ends all your other sessions at once. This device stays signed in.":
    "Alle Ihre anderen Sitzungen enden sofort. Dieses Gerät bleibt angemeldet.",
  "This ends your {count} other session at once. This device stays signed in.":
    "Ihre {count} andere Sitzung endet sofort. Dieses Gerät bleibt angemeldet.",
  "This ends your {count} other sessions at once. This device stays signed in.":
    "Ihre {count} anderen Sitzungen enden sofort. Dieses Gerät bleibt angemeldet.",
  "Sign out all others": "Alle anderen beenden",
  "Sign out {count} other session": "{count} andere Sitzung beenden",
  "Sign out {count} other sessions": "{count} andere Sitzungen beenden",
  "{count} session signed out": "{count} Sitzung beendet",
  "{count} sessions signed out": "{count} Sitzungen beendet",

  // Session security
  "Session security": "Sitzungssicherheit",
  "Decide how long people stay signed in, see who is, and end what should not go on.":
    "Legen Sie fest, wie lange man angemeldet bleibt, sehen Sie, wer angemeldet ist, und beenden Sie, was nicht weitergehen soll.",

  // Members
  Members: "Mitglieder",
  "Owners set the session policy and manage people; members use the account.":
    "Inhaber legen die Sitzungsrichtlinie fest und verwalten Personen; Mitglieder nutzen das Konto.",
  "Everybody in {account}": "Alle in {account}",
  "Invite somebody": "Jemanden einladen",
  "Enter a name.": "Geben Sie einen Namen ein.",
  "Enter an e-mail address.": "Geben Sie eine E-Mail-Adresse ein.",
  Role: "Rolle",
  Member: "Mitglied",
  Owner: "Inhaber",
  "Invite member": "Mitglied einladen",
  "Inviting…": "Wird eingeladen …",
  "(you)": "(Sie)",
  Invited: "Eingeladen",
  Disabled: "Gesperrt",
  "last signed in {ago}": "zuletzt angemeldet {ago}",
  "has not joined yet": "noch nicht beigetreten",
  "has not signed in yet": "noch nie angemeldet",
  "The last owner can't be disabled, deleted or made a member. Make somebody else an owner first.":
    "Der letzte Inhaber kann nicht gesperrt, gelöscht oder zum Mitglied gemacht werden. Machen Sie zuerst jemand anderen zum Inhaber.",
  "This member is not in the account any more.": "Dieses Mitglied gehört nicht mehr zum Konto.",

  // What owners do with members
  "Make owner": "Zum Inhaber machen",
  "Make member": "Zum Mitglied machen",
  Disable: "Sperren",
  Enable: "Entsperren",
  Withdraw: "Zurückziehen",
  Delete: "Löschen",
  "Invite again": "Erneut einladen",
  "Password link": "Passwort-Link",
  "Make {name} an owner?": "{name} zum Inhaber machen?",
  "Owners decide how long everybody stays signed in, see and end all sessions, and invite, promote and disable members. It counts from their next request.":
    "Inhaber legen fest, wie lange alle angemeldet bleiben, sehen und beenden alle Sitzungen, laden Mitglieder ein, machen sie zu Inhabern und sperren sie. Das gilt ab der nächsten Anfrage.",
  "Make yourself a member?": "Sich selbst zum Mitglied machen?",
  "Make {name} a member?": "{name} zum Mitglied machen?",
  "You will no longer see Members and Session security, and only another owner can make you an owner again. Your sessions go on.":
    "Sie sehen „Mitglieder“ und „Sitzungssicherheit“ dann nicht mehr, und nur ein anderer Inhaber kann Sie wieder zum Inhaber machen. Ihre Sitzungen laufen weiter.",
  "They will no longer see Members and Session security. Their sessions go on.":
    "Diese Person sieht „Mitglieder“ und „Sitzungssicherheit“ dann nicht mehr. Sie bleibt angemeldet.",
  "Disable yourself?": "Sich selbst sperren?",
  "Disable {name}?": "{name} sperren?",
  "All your sessions end at once, this one among them, and you can't sign in until another owner enables you again.":
    "Alle Ihre Sitzungen enden sofort, auch diese, und Sie können sich erst wieder anmelden, wenn ein anderer Inhaber Sie entsperrt.",
  "All their sessions end at once, and they can't sign in until an owner enables them again.":
    "Alle Sitzungen dieser Person enden sofort, und sie kann sich erst wieder anmelden, wenn ein Inhaber sie entsperrt.",
  "Enable {name}?": "{name} entsperren?",
  "They can sign in again with their password. Sessions that have ended stay ended.":
    "Diese Person kann sich dann wieder mit ihrem Passwort anmelden. Beendete Sitzungen bleiben beendet.",
  "Withdraw the invitation of {name}?": "Die Einladung für {name} zurückziehen?",
  "The link stops working. You can invite them again.":
    "Der Link gilt dann nicht mehr. Sie können diese Person erneut einladen.",
  "Delete yourself?": "Sich selbst löschen?",
  "Delete {name}?": "{name} löschen?",
  "Your name, e-mail, password, devices and addresses are deleted, and all your sessions end, this one among them. The trail says “Deleted user” in your place. Nothing brings this back.":
    "Ihr Name, E-Mail, Passwort, Geräte und Adressen werden gelöscht, und alle Ihre Sitzungen enden, auch diese. In den Ereignissen steht an Ihrer Stelle „eine gelöschte Person“. Das lässt sich nicht rückgängig machen.",
  "Their name, e-mail, password, devices and addresses are deleted, and all their sessions end. The trail says “Deleted user” in their place. Nothing brings this back; to keep somebody out for a while, disable them.":
    "Name, E-Mail, Passwort, Geräte und Adressen dieser Person werden gelöscht, und alle ihre Sitzungen enden. In den Ereignissen steht an ihrer Stelle „eine gelöschte Person“. Das lässt sich nicht rückgängig machen; um jemanden eine Zeit lang fernzuhalten, sperren Sie die Person.",
  "{name} is an owner now": "{name} ist jetzt Inhaber",
  "{name} is a member now": "{name} ist jetzt Mitglied",
  "{name} is disabled and signed out": "{name} ist gesperrt und abgemeldet",
  "{name} can sign in again": "{name} kann sich wieder anmelden",
  "The invitation of {name} is withdrawn": "Die Einladung für {name} ist zurückgezogen",
  "{name} is deleted and signed out": "{name} ist gelöscht und abgemeldet",

  // Links that are shown once
  "Invitation for {name}": "Einladung für {name}",
  "Link to a new password for {name}": "Link für ein neues Passwort von {name}",
  "Send this link to {email}. It works once, until {time}, and is not shown again.":
    "Senden Sie diesen Link an {email}. Er gilt einmal, bis {time}, und wird nicht noch einmal angezeigt.",
  "Copy link": "Link kopieren",
  Copied: "Kopiert",
  "Copying is not allowed here. The link is selected: copy it with Ctrl+C, on a Mac ⌘C.":
    "Kopieren ist hier nicht erlaubt. Der Link ist markiert: Kopieren Sie ihn mit Strg+C, auf einem Mac mit ⌘C.",

  // Deletion: a person's own access is told apart from the account of all
  Deletion: "Löschung",
  "Delete my account": "Meinen Zugang löschen",
  "Delete your account?": "Ihren Zugang löschen?",
  "Your name, e-mail, password, devices and addresses are deleted, and you are signed out everywhere. The trail says “Deleted user” in your place. Nothing brings this back.":
    "Ihr Name, E-Mail, Passwort, Geräte und Adressen werden gelöscht, und Sie werden überall abgemeldet. In den Ereignissen steht an Ihrer Stelle „eine gelöschte Person“. Das lässt sich nicht rückgängig machen.",
  "The last owner can't be deleted: make somebody else an owner first, or delete the whole account.":
    "Der letzte Inhaber kann nicht gelöscht werden: Machen Sie zuerst jemand anderen zum Inhaber, oder löschen Sie das ganze Konto.",
  "Delete {name}…": "{name} löschen …",
  "Delete the account": "Das Konto löschen",
  "Everybody in it is signed out at once, and everything goes: its people and invitations, their sessions, the policy and the whole trail. Nothing brings it back.":
    "Alle darin werden sofort abgemeldet, und alles wird gelöscht: Personen, Einladungen, Sitzungen, die Richtlinie und alle Ereignisse. Das lässt sich nicht rückgängig machen.",
  "Type {name} to confirm": "Zur Bestätigung {name} eingeben",
  "Type the name of the account.": "Geben Sie den Namen des Kontos ein.",
};
