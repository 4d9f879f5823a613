import type { EndReason } from "@curfew/client";
import type { MinutesChange } from "../activity/activity-fact.js";
import type { RevokeCounts, Texts } from "./texts.js";

const isOne = (count: number): boolean => count === 1;
const list = (items: readonly string[]): string => new Intl.ListFormat("de").format(items);

const sessionCount = (count: number): string => (isOne(count) ? "1 Sitzung" : `${count} Sitzungen`);
const personCount = (count: number): string => (isOne(count) ? "1 Person" : `${count} Personen`);
const sessionsOfOthers = (count: number): string =>
  isOne(count) ? "die einer anderen Person" : `die von ${count} anderen Personen`;
const counted = ({ sessions, people }: RevokeCounts): string =>
  `${sessionCount(sessions)}, ${personCount(people)}`;

/** The server's name of a person who is deleted. */
const DELETED = "Deleted user";
const aPerson = (name: string | null): string | null => (name === DELETED ? "eine gelöschte Person" : name);
const actorName = (name: string | null): string =>
  name === DELETED ? "Eine gelöschte Person" : (name ?? "Jemand");
const aMember = (name: string | null): string => aPerson(name) ?? "ein Mitglied";
const sessionOf = (name: string | null): string =>
  `eine Sitzung von ${name === DELETED ? "einer gelöschten Person" : (name ?? "einem Mitglied")}`;
/** The server labels a device with its program and its system, as in `Firefox on Linux`. */
const deviceName = (label: string): string =>
  label.replace(/ on (?=(?:Android|Chrome OS|HarmonyOS|iOS|Linux|macOS|Windows)\b)/, " unter ");
const deviceOrUnknown = (label: string | null): string => (label === null ? "unbekannt" : deviceName(label));
const onDevice = (device: string | null): string => (device === null ? "" : ` (${deviceName(device)})`);
const countSuffix = (count: number | null): string => (count === null ? "" : ` (${sessionCount(count)})`);
const timesSuffix = (count: number | null): string => (count === null || isOne(count) ? "" : ` ${count}-mal`);
const minutesChange = ({ from, to }: MinutesChange): string => `von ${from} auf ${to} Minuten`;
const roleNames = { owner: "Inhaber", member: "Mitglied" };

/** Reasons for which Curfew itself ends a session; the other reasons need no explanation in the trail. */
const endReasons: Readonly<Partial<Record<EndReason, string>>> = {
  session_limit: "zu viele waren offen, und sie war am längsten unbenutzt",
  password_changed: "das Passwort wurde geändert",
  user_disabled: "die Person wurde gesperrt",
};

/** The German catalogue. */
export const de: Texts = {
  locale: "de",

  activity: {
    title: "Letzte Ereignisse",
    type: "Art",
    allTypes: "Alles",
    types: {
      "policy.changed": "Änderungen der Richtlinie",
      "session.revoked": "Eine Sitzung beendet",
      "sessions.revoked": "Viele Sitzungen beendet",
      "session.expired": "Abgelaufene Sitzungen",
      "session.token_reused": "Doppelt benutzte Token",
      "session.token_shared": "Token aus zwei Netzen",
      "session.device_changed": "Sitzungen auf anderem Gerät",
      "session.proof_failed": "Misslungene Nachweise",
      "session.adopted": "Übernommene Sitzungen",
      "sessions.imported": "Importe von Sitzungen",
      "user.signed_in": "Anmeldungen",
      "user.sign_in_failed": "Misslungene Anmeldungen",
      "user.signed_out": "Abmeldungen",
      "password.changed": "Passwortwechsel",
      "password.link_made": "Links für neue Passwörter",
      "member.invited": "Einladungen",
      "member.invitation_withdrawn": "Zurückgezogene Einladungen",
      "member.joined": "Beitritte",
      "member.role_changed": "Rollenwechsel",
      "member.disabled": "Gesperrte Mitglieder",
      "member.enabled": "Entsperrte Mitglieder",
      "member.deleted": "Gelöschte Mitglieder",
      "user.changed": "Geänderte Namen und E-Mails",
      "account.renamed": "Neue Namen des Kontos",
      "account.created": "Konto angelegt",
    },
    sentences: {
      "account.created": ({ actor, account }) => `${actorName(actor)} hat das Konto ${account} angelegt`,
      "user.signed_in": ({ actor }) => `${actorName(actor)} hat sich angemeldet`,
      "user.sign_in_failed": ({ email, count }) =>
        `Eine Anmeldung ${email === null ? "" : `als ${email} `}ist${timesSuffix(count)} misslungen`,
      "user.signed_out": ({ actor, device }) => `${actorName(actor)} hat sich abgemeldet${onDevice(device)}`,
      "session.expired": ({ target, reason }) =>
        reason === "absolute"
          ? `${actorName(target)} wurde am Ende der Sitzungsdauer abgemeldet`
          : `${actorName(target)} wurde nach zu langer Zeit ohne Aktivität abgemeldet`,
      "session.revoked"({ actor, target, isSelf, device, reason }) {
        if (isSelf) return `${actorName(actor)} hat eine eigene Sitzung beendet${onDevice(device)}`;
        if (actor !== null) return `${actorName(actor)} hat ${sessionOf(target)} beendet${onDevice(device)}`;
        const why = reason === null ? undefined : endReasons[reason];
        return `Curfew hat ${sessionOf(target)} beendet${onDevice(device)}${why === undefined ? "" : `: ${why}`}`;
      },
      "sessions.revoked"({ actor, target, isSelf, scope, count }) {
        if (scope === "all") return `${actorName(actor)} hat alle abgemeldet${countSuffix(count)}`;
        if (scope === "others") return `${actorName(actor)} hat alle anderen abgemeldet${countSuffix(count)}`;
        if (isSelf && scope === "user_others")
          return `${actorName(actor)} hat die eigenen anderen Geräte abgemeldet${countSuffix(count)}`;
        if (isSelf) return `${actorName(actor)} hat alle eigenen Geräte abgemeldet${countSuffix(count)}`;
        return `${actorName(actor)} hat ${aMember(target)} überall abgemeldet${countSuffix(count)}`;
      },
      "session.token_reused": ({ target }) =>
        `Curfew hat ${sessionOf(target)} beendet: Ihr Token wurde zweimal benutzt und ist vielleicht gestohlen`,
      "session.proof_failed": ({ target, count }) =>
        `Curfew hat ${sessionOf(target)}${timesSuffix(count)} nicht erneuert: Der Nachweis ihres Schlüssels fehlte oder war falsch`,
      "session.token_shared": ({ target }) =>
        `Curfew hat ${sessionOf(target)} in zwei Netzen zugleich gesehen: Ihr Token ist vielleicht gestohlen`,
      "session.device_changed": ({ target, before, after }) =>
        `Curfew hat ${sessionOf(target)} auf einem anderen Gerät gesehen: ${deviceOrUnknown(after)} statt ${deviceOrUnknown(before)}`,
      "session.adopted": ({ actor }) =>
        `Curfew hat eine Sitzung übernommen, die ${actorName(actor)} vorher begonnen hatte`,
      "sessions.imported": ({ opened, ended }) =>
        `Curfew hat ${opened === 1 ? "1 Sitzung" : `${opened} Sitzungen`} importiert${ended === 0 ? "" : `; ${ended} waren schon beendet`}`,
      "policy.changed"({ actor, idle, absolute, appliedNow }) {
        const changes = [];
        if (idle !== null) changes.push(`die Zeit ohne Aktivität ${minutesChange(idle)}`);
        if (absolute !== null) changes.push(`die längste Sitzungsdauer ${minutesChange(absolute)}`);
        if (changes.length > 0)
          return `${actorName(actor)} hat ${changes.join(" und ")} geändert${appliedNow ? ", auch für offene Sitzungen" : ""}`;
        return appliedNow
          ? `${actorName(actor)} hat die Richtlinie auf offene Sitzungen angewandt`
          : `${actorName(actor)} hat die Richtlinie mit denselben Grenzen gespeichert`;
      },
      "member.invited": (fact) =>
        `${actorName(fact.actor)} hat ${aMember(fact.target)} eingeladen (${roleNames[fact.role]})`,
      "member.joined": (fact) => `${actorName(fact.actor)} ist beigetreten (${roleNames[fact.role]})`,
      "member.role_changed": (fact) =>
        `${actorName(fact.actor)} hat die Rolle geändert: ${aPerson(fact.target) ?? "eine Person"} ist jetzt ${roleNames[fact.role]}`,
      "member.disabled": ({ actor, target }) => `${actorName(actor)} hat ${aMember(target)} gesperrt`,
      "member.enabled": ({ actor, target }) => `${actorName(actor)} hat ${aMember(target)} entsperrt`,
      "member.deleted": ({ actor, isSelf }) =>
        `${actorName(actor)} hat ${isSelf ? "den eigenen Zugang" : "eine Person und ihre Daten"} gelöscht`,
      "member.invitation_withdrawn": ({ actor, target }) =>
        `${actorName(actor)} hat die Einladung für ${aMember(target)} zurückgezogen`,
      "password.changed": ({ actor, isByLink }) =>
        isByLink
          ? `${actorName(actor)} hat mit einem Link ein neues Passwort gewählt`
          : `${actorName(actor)} hat das eigene Passwort geändert`,
      "password.link_made"({ actor, target, isSelf }) {
        if (isSelf) return `${actorName(actor)} hat einen Link für ein neues eigenes Passwort erstellt`;
        const maker = actor === null ? "Wer den Dienst betreibt," : actorName(actor);
        return `${maker} hat für ${aMember(target)} einen Link für ein neues Passwort erstellt`;
      },
      "user.changed"({ actor, nameChange, emailChange }) {
        const changes = [];
        if (nameChange !== null) changes.push(`den eigenen Namen von ${nameChange.from} in ${nameChange.to}`);
        if (emailChange !== null)
          changes.push(`die eigene E-Mail von ${emailChange.from} in ${emailChange.to}`);
        return `${actorName(actor)} hat ${changes.join(" und ") || "den eigenen Namen oder die E-Mail"} geändert`;
      },
      "account.renamed": ({ actor, before, after }) =>
        `${actorName(actor)} hat das Konto ${before === null || after === null ? "" : `von ${before} in ${after} `}umbenannt`,
    },
    download: "CSV herunterladen",
    downloading: "Wird heruntergeladen …",
    empty: "Noch ist nichts geschehen.",
    emptyOfFilters: "Nichts passt zu diesen Filtern.",
    person: "Person",
    everybody: "Alle zeigen",
    from: "Von",
    to: "Bis",
    daysReversed: "Der erste Tag liegt nach dem letzten.",
  },

  deadlines: {
    description: ({ started, lastActive, idle, absolute }) =>
      `Angemeldet: ${started}, zuletzt aktiv: ${lastActive}. Ohne Aktivität endet die Sitzung ${idle.distance} (${idle.at}), auf jeden Fall ${absolute.distance} (${absolute.at}).`,
    now: "jetzt",
    started: "Angemeldet",
    lastActive: "Zuletzt aktiv",
    idle: "Endet ohne Aktivität",
    absolute: "Endet auf jeden Fall",
    idleAt: (at) => `Endet ohne Aktivität ${at}`,
    absoluteAt: (at) => `auf jeden Fall ${at}`,
  },

  dialog: { cancel: "Abbrechen" },

  loading: {
    loading: "Wird geladen …",
    failed: "Das konnte nicht geladen werden.",
    retry: "Erneut versuchen",
    showMore: "Mehr anzeigen",
    problem(code) {
      switch (code) {
        case "unreachable":
          return "Der Server ist nicht erreichbar. Prüfen Sie Ihre Verbindung und versuchen Sie es erneut.";
        case "proof_unavailable":
          return "Dieser Browser stellt den Schlüssel nicht bereit, der eine Sitzung schützt. Erlauben Sie dieser Seite, Daten zu speichern, verlassen Sie den privaten Modus oder nehmen Sie einen anderen Browser, und versuchen Sie es erneut.";
        case "unavailable":
        case "internal_error":
          return "Der Server ist gerade gestört. Versuchen Sie es gleich noch einmal.";
        case "rate_limited":
          return "Das war zu oft. Versuchen Sie es gleich noch einmal.";
        case "reauthentication_required":
          return "Nicht ausgeführt: Dafür wird Ihr Passwort noch einmal gebraucht.";
        case "forbidden":
          return "Nur Inhaber können das tun.";
        case "not_found":
          return "Das gibt es nicht mehr.";
        default:
          return "Das hat nicht geklappt. Versuchen Sie es erneut.";
      }
    },
  },

  // "In 4 Minuten" needs the dative case; "noch" takes the formatted duration unchanged.
  notice: {
    name: "Ende der Sitzung",
    message: {
      idle: (left) => `Noch ${left}, dann werden Sie abgemeldet, weil Sie nichts getan haben.`,
      absolute: (left) =>
        `Noch ${left}, dann endet Ihre Sitzung. Melden Sie sich neu an, um weiterzuarbeiten.`,
    },
    at: (at) => `um ${at}`,
    announcement: {
      idle: (at) =>
        `Sie haben länger nichts getan. Um ${at} werden Sie abgemeldet, wenn Sie nicht angemeldet bleiben.`,
      absolute: (at) => `Um ${at} endet Ihre Sitzung. Melden Sie sich neu an, um weiterzuarbeiten.`,
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
  },

  password: {
    show: "Passwort anzeigen",
    hide: "Passwort verbergen",
    capsLock: "Die Feststelltaste ist aktiv.",
  },

  policy: {
    title: "Richtlinie",
    presets: "Sitzungsrichtlinie",
    preset: { strict: "Streng", standard: "Standard", custom: "Eigene" },
    limits: (idle, absolute) => `Abmeldung nach ${idle} ohne Aktivität, spätestens nach ${absolute}`,
    customLimits: "Eigene Grenzen",
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
    conflict: "Jemand anderes hat die Richtlinie geändert. Ihre Eingaben sind nicht gespeichert.",
    reload: "Neu laden",

    previewing: "Die Sitzungen, die enden würden, werden gezählt …",
    previewUnavailable: "Was das bewirken würde, lässt sich gerade nicht sagen.",
    previewEnded({ sessions, ended, includesOwn }) {
      if (sessions === 0) return "Keine Sitzung ist offen.";
      const all = isOne(sessions) ? "1 offenen Sitzung" : `${sessions} offenen Sitzungen`;
      if (ended === 0) return `Von ${all} endet jetzt keine.`;
      const verb = isOne(ended) ? "endet" : "enden";
      if (!includesOwn) return `Von ${all} ${verb} jetzt ${ended}.`;
      return `Von ${all} ${verb} jetzt ${ended}, ${isOne(ended) ? "und zwar Ihre" : "darunter Ihre"}.`;
    },
    previewShortened: (count) => (isOne(count) ? "1 wird verkürzt." : `${count} werden verkürzt.`),
    previewUsers({ names, more }) {
      const people =
        more === 0 ? names : [...names, `${more} weitere ${isOne(more) ? "Person" : "Personen"}`];
      return `Abgemeldet: ${list(people)}.`;
    },

    ownSignOut: {
      title: "Auch sich selbst abmelden?",
      text: "Ihre eigene Sitzung ist unter denen, die enden. Sie müssen sich danach neu anmelden.",
      confirm: "Speichern und mich abmelden",
    },

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
    breaks: { coffee: "die Kaffeepause", lunch: "das Mittagessen", meeting: "die Besprechung" },
    breakLabels: { coffee: "Kaffee", lunch: "Mittag", meeting: "Besprechung" },
    dayBegins: (start, end) => `Ein Arbeitstag von ${start} bis ${end}.`,
    daySurvived: (breaks) => `Die Sitzung übersteht ${list(breaks)}.`,
    dayEnded: (breakName, at) => `${breakName[0]?.toUpperCase()}${breakName.slice(1)} beendet sie um ${at}.`,
    dayLimit: (at) => `Ihre Grenze fällt in den Tag, auf ${at}.`,
    dayLimitAfterWork: (at) => `Ihre Grenze fällt auf ${at}, nach der Arbeit.`,
    dayLimitLater: (duration) => `Ihre Grenze fällt auf einen späteren Tag, nach ${duration}.`,
  },

  reauthentication: {
    title: "Bestätigen Sie, dass Sie es sind",
    confirm:
      "Diese Änderung lockert die Sicherheit des Kontos. Bestätigen Sie noch einmal, dass Sie es sind.",
    renew: "Ihre Sitzung endet gleich. Bestätigen Sie, dass Sie es sind, um weiterzuarbeiten.",
    unproven:
      "Der Server erkennt diesen Browser nicht mehr. Bestätigen Sie, dass Sie es sind, um weiterzuarbeiten.",
    ended: (why) =>
      `${why} Was Sie eingegeben haben, ist noch da: Bestätigen Sie, dass Sie es sind, um weiterzuarbeiten. „Abbrechen“ verwirft es und führt zur Anmeldung.`,
    endings: {
      lost: "Sie sind nicht mehr angemeldet: Sie haben sich in einem anderen Tab abgemeldet, oder dieser Browser hat Ihre Sitzung verloren.",
      idle: "Ihre Sitzung ist beendet, weil Sie länger nichts getan haben.",
      absolute: "Ihre Sitzung hat ihre längste Dauer erreicht.",
      signed_out: "Sie haben sich in einem anderen Tab abgemeldet.",
      revoked_by_owner: "Ein Inhaber des Kontos hat Ihre Sitzung beendet.",
      revoked_by_user: "Sie haben diese Sitzung auf einem anderen Gerät beendet.",
      token_reused: "Ihre Sitzung wurde beendet, weil ihr Token zweimal benutzt wurde.",
      password_changed: "Ihr Passwort wurde geändert.",
      user_disabled: "Ihr Zugang wurde gesperrt.",
      user_deleted: "Ihr Zugang wurde gelöscht.",
      account_deleted: "Das Konto wurde gelöscht.",
      session_limit: "Ihre Sitzung ist beendet, weil Sie sich auf zu vielen Geräten angemeldet haben.",
    },
    signInAs: (email) => `Sie melden sich an als ${email}.`,
    password: "Passwort",
    submit: "Bestätigen",
    submitting: "Wird bestätigt …",
    wrongPassword: "Dieses Passwort stimmt nicht.",
  },

  revoke: {
    title: {
      others: (counts) => `Alle außer mir abmelden: ${counted(counts)}`,
      all: (counts) => `Mich und alle anderen abmelden: ${counted(counts)}`,
    },
    text: {
      others: (counts) =>
        `${sessionCount(counts.sessions)} ${isOne(counts.sessions) ? "endet" : "enden"} sofort: ${sessionsOfOthers(counts.people)}, und die auf Ihren eigenen anderen Geräten. Nur dieses Gerät bleibt angemeldet.`,
      all: (counts) =>
        `Jede Sitzung des Kontos endet sofort: ${sessionCount(counts.sessions)} von ${personCount(counts.people)}, auch Ihre eigene. Sie müssen sich danach neu anmelden.`,
    },
    confirm: {
      others: (counts) => `Alle anderen abmelden (${counted(counts)})`,
      all: (counts) => `Alle abmelden, auch mich (${counted(counts)})`,
    },
    busy: "Wird abgemeldet …",
  },

  search: {
    label: "Suche",
    hint: "Name oder E-Mail",
    found: (count, hasMore) => `${hasMore ? "Bisher " : ""}${personCount(count)} gefunden.`,
    nobody: (q) => `Niemand hier hat „${q}“ im Namen oder in der E-Mail.`,
  },

  sessions: {
    title: "Aktive Sitzungen",
    signedInCount(people, isOnlySelf) {
      if (!isOne(people)) return `${people} Personen sind angemeldet.`;
      return isOnlySelf ? "Nur Sie sind angemeldet." : "1 Person ist angemeldet.";
    },
    you: "(Sie)",
    neverSignedIn: "nie angemeldet",
    signedIn: (relative) => `angemeldet ${relative}`,
    lastActive: (relative) => `zuletzt aktiv ${relative}`,
    seenElsewhere: (signedIn, lastSeen) => `angemeldet von ${signedIn}, zuletzt gesehen unter ${lastSeen}`,
    sessionsOf: (name) => `Sitzungen von ${name}`,
    sessionCount,
    device: (label) => (label === null ? "Unbekanntes Gerät" : deviceName(label)),
    thisDevice: "Dieses Gerät",
    signOut: "Abmelden",
    signingOut: "Wird abgemeldet …",
    signOutEverywhere: "Überall abmelden",
    signOutOthers: "Alle außer mir abmelden",
    signOutAll: "Mich und alle anderen abmelden",
    noneSignedIn: "Niemand ist angemeldet.",
    noSessions: "Keine Sitzung ist mehr offen.",
  },

  time: { justNow: "gerade eben", withinAMinute: "in weniger als einer Minute" },
};
