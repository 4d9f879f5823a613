import type { Client, Proof } from "./reference-types.js";

/** What a host says of the times of a session, from now or from the last sign-out of its account or user. */
export interface TimesStep {
  started: { from: "now" | "sign-out"; agoMs: number; offsetMs: number };
  authenticatedAgoMs: number | null;
  lastActiveAgoMs: number | null;
  endsInMs: number | null;
}

export interface OpeningStep {
  account: number;
  host: number;
  /** Null: the person whose session it usually is. */
  person: number | null;
  changesRole: boolean;
  times: TimesStep;
  client: Client;
  endsOthers: boolean;
}

export type GovernedStep =
  | ({ do: "open" } & OpeningStep)
  | { do: "check"; account: number; host: number }
  | { do: "touch"; account: number; host: number; idleForSeconds: number }
  | {
      do: "end governed";
      account: number;
      host: number;
      reason: "signed_out" | "revoked_by_user" | "revoked_by_owner" | "password_changed" | null;
    }
  | { do: "import"; rows: Omit<OpeningStep, "endsOthers">[] };

/** Indexes are taken modulo the number of items, so that a shortened scenario stays valid. */
export type Step =
  | GovernedStep
  | { do: "prepare"; user: number }
  | {
      do: "sign in";
      user: number;
      /** 0 for a client without a key, else the number of its key. */
      key: number;
      client: Client;
      prepared: number | null;
      replaces: { token: number; proof: Proof } | null;
      endsOthers: boolean;
      changesRole: boolean;
      /** What a host says of it; null if the session begins now. */
      times: TimesStep | null;
    }
  | {
      do: "refresh";
      token: number;
      age: "current" | "previous" | "any" | "forged";
      proof: Proof;
      idleForSeconds: number;
      client: Client;
    }
  | { do: "verify"; token: number; age: "newest" | "any" }
  | {
      do: "end";
      session: number;
      reason: "revoked_by_owner" | "revoked_by_user" | "signed_out";
      fromOtherAccount: boolean;
    }
  | { do: "sign out"; token: number; proof: Proof }
  | { do: "revoke account"; account: number; spare: number | null }
  | {
      do: "revoke user";
      user: number;
      spare: number | null;
      reason: "revoked_by_owner" | "revoked_by_user";
    }
  | {
      do: "update policy";
      account: number;
      idle: number | null | undefined;
      absolute: number | null | undefined;
      apply: "next_login" | "now";
      version: "any" | "current" | "old";
    }
  | {
      do: "update user";
      user: number;
      role: "owner" | "member" | undefined;
      disabled: boolean | undefined;
    }
  | { do: "delete user"; user: number }
  | { do: "delete account"; account: number }
  | { do: "wait"; ms: number; runsTimers: boolean }
  | {
      do: "wait until";
      session: number;
      moment: "idle deadline" | "absolute deadline" | "end of grace";
      offsetMs: number;
      runsTimers: boolean;
    }
  | { do: "set the clock"; ms: number }
  | { do: "sweep" }
  | { do: "compare" }
  | { do: "crash"; during: Step | null; isCommitted: boolean }
  | { do: "concurrent"; steps: [Step, Step] };

export interface Scenario {
  onDisk: boolean;
  /** How many engines share the database, unless a deployment says it. */
  replicas: number;
  graceSeconds: number;
  /** How many sessions get their new deadlines in the transaction of a policy that is applied now. */
  settledAtOnce: number;
  shadowLimit: number;
  /** From when on the absolute lifetime of host sessions counts, in milliseconds after the beginning; null for none. */
  governedSinceMs: number | null;
  hostDecidesOwners: boolean;
  steps: Step[];
}
