import type { Curfew } from "../../src/curfew.js";
import type { OpenGoverned } from "../../src/curfew-governed.js";
import { NOW } from "../fixtures.js";

/** Every property given, and none null. The host's own statements are unchecked. */
type Full<T> = T extends (...args: never) => unknown
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Full<Item>[]
    : T extends object
      ? { [Name in Exclude<keyof T, "alongside">]-?: Full<NonNullable<T[Name]>> }
      : T;

type FullArguments<Args extends readonly unknown[]> = Args extends readonly [infer First, ...infer Rest]
  ? [Full<NonNullable<First>>, ...FullArguments<Rest>]
  : [];

/** Arguments that a method accepts, with all that may be given. */
export interface Sample<Args extends readonly unknown[] = readonly unknown[]> {
  /** The parameters' names, in parentheses where fields go without them. */
  readonly names: readonly string[];
  readonly values: Args;
  /** The fields that may be absent. */
  readonly optional?: readonly string[];
  /** The fields that may be null. */
  readonly nullable?: readonly string[];
}

type MethodNames<T> = {
  [Name in keyof T & string]: T[Name] extends (...args: never) => unknown
    ? Name
    : Name extends "jwks" | "settings"
      ? never
      : `${Name}.${keyof T[Name] & string}`;
}[keyof T & string];

type MethodOf<T, Path extends string> = Path extends `${infer Group}.${infer Name}`
  ? MethodOf<T[Group & keyof T], Name>
  : T[Path & keyof T];

type SampleOf<Method> = Method extends (...args: infer Args) => unknown
  ? Sample<FullArguments<Required<Args>>>
  : never;

/** An import takes no `endsOthers`, which its type has. */
type Samples = {
  [Path in Exclude<MethodNames<Curfew>, "governed.import">]: SampleOf<MethodOf<Curfew, Path>>;
} & { "governed.import": Sample<[readonly Full<Omit<OpenGoverned, "endsOthers">>[]]> };

const actor = { userId: "owner", sessionId: "s0", ip: "192.0.2.1" };
const ACTOR_NULLS = ["actor.userId", "actor.sessionId", "actor.ip"];
const device = { label: "Firefox on Linux", userAgent: "Mozilla/5.0", ip: "192.0.2.7" };
const DEVICE_FIELDS = ["device.label", "device.userAgent", "device.ip"];
const user = { id: "ada", name: "Ada", email: "ada@acme.example", role: "owner" } as const;
const limits = { idleMinutes: 30, absoluteMinutes: 600 };
const LIMITS = ["idleMinutes", "absoluteMinutes"];
const key = { accountId: "acme", hostSessionId: "host session" };
const times = { startedAt: NOW, authenticatedAt: NOW, notAfter: NOW + 1 };
const governed = {
  ...key,
  user,
  ...times,
  lastActiveAt: NOW,
  device,
  endsOthers: "password_changed",
} as const;
const { endsOthers: _, ...row } = governed;
const GOVERNED_OPTIONAL = [
  "authenticatedAt",
  "notAfter",
  "lastActiveAt",
  "device",
  ...DEVICE_FIELDS,
  "endsOthers",
];
const inRow = (field: string): string => `rows.0.${field}`;
const event = { type: "user.signed_in", details: {} } as const;
const none: Sample<[]> = { names: [], values: [] };

/** A sample for each public method of the engine; a method or a field without one does not compile. */
export const SAMPLES: Readonly<Samples> = {
  "sessions.prepare": { names: ["accountId", "userId"], values: ["acme", "ada"] },
  "sessions.start": {
    names: ["(input)"],
    values: [
      {
        accountId: "acme",
        user,
        ...times,
        device,
        keyThumbprint: "thumbprint",
        prepared: {
          account: { epoch: 7, policyVersion: 5, appliedPolicyVersion: 2 },
          override: limits,
          user: { ...user, accountId: "acme", disabled: false, lastLoginAt: NOW, epoch: 3, roleEpoch: 0 },
        },
        rechecks: false,
        replaces: { refreshToken: "token", proof: { thumbprint: "thumbprint" } },
        endsOthers: "revoked_by_user",
        event,
      },
    ],
    optional: [
      ...["startedAt", "authenticatedAt", "notAfter", "device", ...DEVICE_FIELDS, "keyThumbprint"],
      ...["prepared", "rechecks", "replaces", "replaces.proof", "endsOthers", "event"],
    ],
    nullable: [
      ...[...DEVICE_FIELDS, "keyThumbprint", "replaces.proof"],
      ...["prepared.override.idleMinutes", "prepared.override.absoluteMinutes"],
      ...["prepared.user", "prepared.user.lastLoginAt"],
    ],
  },
  "sessions.refresh": {
    names: ["token", "(options)"],
    values: ["token", { proof: { thumbprint: "thumbprint" }, idleForSeconds: 5, ip: "192.0.2.7", device }],
    optional: ["options", "proof", "idleForSeconds", "ip", "device", ...DEVICE_FIELDS],
    nullable: ["proof", "ip", ...DEVICE_FIELDS],
  },
  "sessions.verifyNow": { names: ["token"], values: ["token"] },
  "sessions.verify": { names: ["token"], values: ["token"] },
  "sessions.refuseEnded": { names: ["token"], values: ["token"] },
  "sessions.peek": { names: ["token"], values: ["token"] },
  "sessions.get": { names: ["accountId", "sessionId"], values: ["acme", "s1"] },
  "sessions.list": {
    names: ["(input)"],
    values: [
      {
        accountId: "acme",
        userId: "ada",
        search: "ada",
        limit: 50,
        after: { lastActiveAt: NOW, id: "s1", mark: "1" },
      },
    ],
    optional: ["userId", "search"],
    nullable: ["after", "after.lastActiveAt"],
  },
  "sessions.end": {
    names: ["(input)"],
    values: [{ accountId: "acme", sessionId: "s1", userId: "ada", reason: "signed_out", actor }],
    optional: ["userId"],
    nullable: ACTOR_NULLS,
  },
  "sessions.signOut": {
    names: ["token", "(options)"],
    values: ["token", { proof: { fault: "invalid_proof" }, ip: "192.0.2.7" }],
    optional: ["options", "proof", "ip"],
    nullable: ["proof", "ip"],
  },
  "sessions.named": { names: ["token"], values: ["token"] },
  "sessions.watch": {
    names: ["(identity)", "listener"],
    values: [{ accountId: "acme", sessionId: "s1", issuedAt: NOW }, () => undefined],
    optional: ["issuedAt"],
  },
  "governed.open": {
    names: ["(input)"],
    values: [governed],
    optional: GOVERNED_OPTIONAL,
    nullable: DEVICE_FIELDS,
  },
  "governed.check": { names: ["(key)"], values: [key] },
  "governed.admit": {
    names: ["(input)", "deviceOf"],
    values: [governed, () => device],
    optional: [...GOVERNED_OPTIONAL, "deviceOf"],
    nullable: DEVICE_FIELDS,
  },
  "governed.admitNow": {
    names: ["(input)"],
    values: [governed],
    optional: GOVERNED_OPTIONAL,
    nullable: DEVICE_FIELDS,
  },
  "governed.touch": {
    names: ["(key)", "(options)"],
    values: [key, { idleForSeconds: 5, isReported: true }],
    optional: ["options", "idleForSeconds", "isReported"],
  },
  "governed.end": {
    names: ["(key)", "(options)"],
    values: [key, { reason: "signed_out", actor, ip: "192.0.2.7" }],
    optional: ["options", "reason", "actor", "ip"],
    nullable: [...ACTOR_NULLS, "ip"],
  },
  "governed.watch": { names: ["(key)", "listener"], values: [key, () => undefined] },
  "governed.import": {
    names: ["rows"],
    values: [[row]],
    optional: GOVERNED_OPTIONAL.filter((field) => field !== "endsOthers").map(inRow),
    nullable: DEVICE_FIELDS.map(inRow),
  },
  "policy.get": { names: ["accountId"], values: ["acme"] },
  "policy.update": {
    names: ["accountId", "(patch)", "(options)"],
    values: ["acme", limits, { actor, authenticatedAt: NOW, ownerOnly: true, version: 5, apply: "now" }],
    optional: [...LIMITS, "authenticatedAt", "ownerOnly", "version", "apply"],
    nullable: [...LIMITS, ...ACTOR_NULLS],
  },
  "policy.preview": {
    names: ["accountId", "(patch)", "(options)"],
    values: ["acme", limits, { callerSessionId: "s1" }],
    optional: [...LIMITS, "options", "callerSessionId"],
    nullable: LIMITS,
  },
  "revoke.account": {
    names: ["accountId", "(options)"],
    values: ["acme", { actor, spareSessionId: "s1" }],
    optional: ["spareSessionId"],
    nullable: ACTOR_NULLS,
  },
  "revoke.user": {
    names: ["accountId", "userId", "(options)"],
    values: ["acme", "ada", { actor, spareSessionId: "s1", reason: "revoked_by_user" }],
    optional: ["spareSessionId", "reason"],
    nullable: ACTOR_NULLS,
  },
  "users.get": { names: ["accountId", "userId"], values: ["acme", "ada"] },
  "users.list": {
    names: ["(input)"],
    values: [{ accountId: "acme", limit: 50, after: { key: "ada", name: "Ada", id: "ada" } }],
    nullable: ["after"],
  },
  "users.active": { names: ["accountId", "limit"], values: ["acme", 50], optional: ["limit"] },
  "users.listActive": {
    names: ["(input)"],
    values: [{ accountId: "acme", limit: 50, after: { lastLoginAt: NOW, id: "ada" }, search: "ada" }],
    optional: ["search"],
    nullable: ["after"],
  },
  "users.update": {
    names: ["(input)"],
    values: [
      {
        accountId: "acme",
        userId: "ada",
        changes: { name: "Ada", email: "ada@acme.example", role: "member", disabled: true },
        actor,
        authenticatedAt: NOW,
      },
    ],
    optional: ["changes.name", "changes.email", "changes.role", "changes.disabled", "authenticatedAt"],
    nullable: ACTOR_NULLS,
  },
  "users.delete": {
    names: ["(input)"],
    values: [{ accountId: "acme", userId: "ada", actor }],
    nullable: ACTOR_NULLS,
  },
  "accounts.delete": {
    names: ["(input)"],
    values: [{ accountId: "acme", actor }],
    nullable: ACTOR_NULLS,
  },
  "events.list": {
    names: ["(input)"],
    values: [
      {
        accountId: "acme",
        type: "user.signed_in",
        userId: "ada",
        from: NOW,
        to: NOW,
        limit: 50,
        after: { at: NOW, id: "e1" },
      },
    ],
    optional: ["type", "userId", "from", "to"],
    nullable: ["after"],
  },
  "events.record": {
    names: ["accountId", "event", "(options)"],
    values: ["acme", { ...event, actorId: "ada", sessionId: "s1", ip: "192.0.2.7" }, { foldKey: "key" }],
    optional: ["options", "foldKey"],
    nullable: ["event.actorId", "event.sessionId", "event.ip"],
  },
  requireRecentSignIn: { names: ["authenticatedAt"], values: [NOW] },
  now: none,
  feedHealth: none,
  ready: none,
  onEnding: { names: ["listener"], values: [() => undefined] },
  sweep: none,
  close: none,
};
