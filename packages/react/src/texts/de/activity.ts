import type { EndReason } from "@curfew/client";
import type { MinutesChange } from "../../activity/activity-fact.js";
import type { ActivityTexts } from "../../activity/activity-texts.js";
import { isOne } from "./is-one.js";

const somebody = (name: string | null): string => name ?? "Jemand";
const aMember = (name: string | null): string => name ?? "ein Mitglied";
const sessions = (count: number | null): string =>
  count === null ? "" : isOne(count) ? " (1 Sitzung)" : ` (${count} Sitzungen)`;
const times = (count: number): string => (isOne(count) ? "" : ` ${count}-mal`);
const on = (device: string | null): string => (device === null ? "" : ` (${device})`);
const minutes = ({ from, to }: MinutesChange): string => `von ${from} auf ${to} Minuten`;
const role = { owner: "Inhaber", member: "Mitglied" };
const ofMember = (name: string | null): string => `eine Sitzung von ${name ?? "einem Mitglied"}`;

const ends: Readonly<Partial<Record<EndReason, string>>> = {
  session_limit: "sie war die am längsten unbenutzte von zu vielen",
  password_changed: "das Passwort wurde geändert",
  user_disabled: "die Person wurde gesperrt",
};

export const activity: ActivityTexts = {
  title: "Letzte Ereignisse",
  type: "Art",
  allTypes: "Alles",
  types: {
    "account.created": "Konto angelegt",
    "user.signed_in": "Anmeldungen",
    "user.sign_in_failed": "Misslungene Anmeldungen",
    "user.signed_out": "Abmeldungen",
    "session.expired": "Abgelaufene Sitzungen",
    "session.revoked": "Eine Sitzung beendet",
    "sessions.revoked": "Viele Sitzungen beendet",
    "session.token_reused": "Doppelt benutzte Token",
    "session.proof_failed": "Misslungene Nachweise",
    "policy.changed": "Änderungen der Richtlinie",
    "member.invited": "Einladungen",
    "member.joined": "Beitritte",
    "member.role_changed": "Rollenwechsel",
    "member.disabled": "Gesperrte Mitglieder",
    "member.enabled": "Entsperrte Mitglieder",
    "password.changed": "Passwortwechsel",
  },
  sentences: {
    "account.created": ({ who, account }) => `${somebody(who)} hat das Konto ${account} angelegt`,
    "user.signed_in": ({ who }) => `${somebody(who)} hat sich angemeldet`,
    "user.sign_in_failed": ({ email, count }) => `Eine Anmeldung als ${email} ist${times(count)} misslungen`,
    "user.signed_out": ({ who, device }) => `${somebody(who)} hat sich abgemeldet${on(device)}`,
    "session.expired": ({ whose, reason }) =>
      reason === "idle"
        ? `${somebody(whose)} wurde nach zu langer Zeit ohne Aktivität abgemeldet`
        : `${somebody(whose)} wurde am Ende der Sitzungsdauer abgemeldet`,
    "session.revoked"({ who, whose, own, device, reason }) {
      if (own) return `${somebody(who)} hat eine eigene Sitzung beendet${on(device)}`;
      if (who !== null) return `${who} hat ${ofMember(whose)} beendet${on(device)}`;
      const why = reason === null ? undefined : ends[reason];
      return `Curfew hat ${ofMember(whose)} beendet${on(device)}${why === undefined ? "" : `: ${why}`}`;
    },
    "sessions.revoked"({ who, whose, own, scope, count }) {
      if (scope === "all") return `${somebody(who)} hat alle abgemeldet${sessions(count)}`;
      if (scope === "others") return `${somebody(who)} hat alle anderen abgemeldet${sessions(count)}`;
      if (own && scope === "user_others")
        return `${somebody(who)} hat die eigenen anderen Geräte abgemeldet${sessions(count)}`;
      if (own) return `${somebody(who)} hat alle eigenen Geräte abgemeldet${sessions(count)}`;
      return `${somebody(who)} hat ${aMember(whose)} überall abgemeldet${sessions(count)}`;
    },
    "session.token_reused": ({ whose }) =>
      `Curfew hat ${ofMember(whose)} beendet: Ihr Token wurde zweimal benutzt und ist vielleicht gestohlen`,
    "session.proof_failed": ({ whose, count }) =>
      `Curfew hat ${ofMember(whose)}${times(count)} nicht erneuert: Der Nachweis ihres Schlüssels fehlte oder war falsch`,
    "policy.changed"({ who, idle, absolute, appliedNow }) {
      const changes = [];
      if (idle !== null) changes.push(`die Zeit ohne Aktivität ${minutes(idle)}`);
      if (absolute !== null) changes.push(`die längste Sitzungsdauer ${minutes(absolute)}`);
      if (changes.length > 0)
        return `${somebody(who)} hat ${changes.join(" und ")} geändert${appliedNow ? ", auch für offene Sitzungen" : ""}`;
      return appliedNow
        ? `${somebody(who)} hat die Richtlinie auf offene Sitzungen angewandt`
        : `${somebody(who)} hat die Richtlinie mit denselben Grenzen gespeichert`;
    },
    "member.invited": (fact) =>
      `${somebody(fact.who)} hat ${aMember(fact.whose)} eingeladen (${role[fact.role]})`,
    "member.joined": (fact) => `${somebody(fact.who)} ist beigetreten (${role[fact.role]})`,
    "member.role_changed": (fact) =>
      `${somebody(fact.who)} hat die Rolle geändert: ${aMember(fact.whose)} ist jetzt ${role[fact.role]}`,
    "member.disabled": ({ who, whose }) => `${somebody(who)} hat ${aMember(whose)} gesperrt`,
    "member.enabled": ({ who, whose }) => `${somebody(who)} hat ${aMember(whose)} entsperrt`,
    "password.changed": ({ who }) => `${somebody(who)} hat das eigene Passwort geändert`,
  },
  download: "CSV herunterladen",
  downloading: "Wird heruntergeladen …",
  empty: "Noch ist nichts geschehen.",
  emptyOfType: "Nichts dieser Art ist geschehen.",
};
