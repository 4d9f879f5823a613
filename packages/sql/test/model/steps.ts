import fc from "fast-check";
import type { Proof } from "./words.js";

/** Numbers that name a thing are taken modulo how many there are, so that a shorter story still makes sense. */
export type Step =
  | { do: "prepare"; who: number }
  | {
      do: "sign in";
      who: number;
      /** 0 for a client without a key. */
      key: number;
      prepared: number | null;
      replaces: { token: number; proof: Proof } | null;
      endsOthers: boolean;
      changesRole: boolean;
    }
  | { do: "refresh"; token: number; age: "current" | "any" | "forged"; proof: Proof; idleForSeconds: number }
  | { do: "verify"; token: number; age: "newest" | "any" }
  | { do: "end"; session: number; by: "revoked_by_owner" | "revoked_by_user" | "signed_out"; astray: boolean }
  | { do: "sign out"; token: number; proof: Proof }
  | { do: "revoke account"; account: number; spare: number | null }
  | {
      do: "revoke user";
      who: number;
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
      who: number;
      role: "owner" | "member" | undefined;
      disabled: boolean | undefined;
    }
  | { do: "wait"; ms: number; caughtUp: boolean }
  | {
      do: "wait until";
      session: number;
      what: "idle deadline" | "absolute deadline" | "end of grace";
      offsetMs: number;
      caughtUp: boolean;
    }
  | { do: "set the clock"; ms: number }
  | { do: "sweep" }
  | { do: "look" }
  | { do: "crash"; during: Step | null; reached: boolean }
  | { do: "together"; steps: [Step, Step] };

export interface Story {
  onDisk: boolean;
  graceSeconds: number;
  steps: Step[];
}

const which = fc.nat({ max: 30 });
const maybe = fc.option(which, { freq: 2, nil: null });
const proof: fc.Arbitrary<Proof> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Proof>("right") },
  { weight: 3, arbitrary: fc.constantFrom<Proof>("none", "wrong", "invalid_proof", "use_dpop_nonce") },
);
const minutes = (within: [number, ...number[]], outside: [number, ...number[]]) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom<(number | null | undefined)[]>(...within) },
    { weight: 2, arbitrary: fc.constantFrom(null, undefined) },
    { weight: 1, arbitrary: fc.constantFrom<(number | null | undefined)[]>(...outside) },
  );

const signIn: fc.Arbitrary<Extract<Step, { do: "sign in" }>> = fc.record({
  do: fc.constant("sign in"),
  who: which,
  key: fc.nat({ max: 2 }),
  prepared: fc.option(which, { freq: 1, nil: null }),
  replaces: fc.option(fc.record({ token: which, proof }), { freq: 1, nil: null }),
  endsOthers: fc.oneof(
    { weight: 7, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
  changesRole: fc.oneof(
    { weight: 9, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
});

const refresh: fc.Arbitrary<Step> = fc.record({
  do: fc.constant("refresh"),
  token: which,
  age: fc.oneof(
    { weight: 8, arbitrary: fc.constant("current" as const) },
    { weight: 5, arbitrary: fc.constant("any" as const) },
    { weight: 1, arbitrary: fc.constant("forged" as const) },
  ),
  proof,
  idleForSeconds: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 2, arbitrary: fc.constantFrom(1, 30, 599, 600, 601, 3600, 1_000_000_000) },
  ),
});

const revokesAccount: fc.Arbitrary<Step> = fc.record({
  do: fc.constant("revoke account"),
  account: which,
  spare: maybe,
});

const updatesPolicy: fc.Arbitrary<Step> = fc.record({
  do: fc.constant("update policy"),
  account: which,
  idle: minutes([10, 15, 30, 60, 90], [9, 43_201]),
  absolute: minutes([30, 45, 60, 720, 1440], [29, 129_601]),
  apply: fc.constantFrom("next_login", "now"),
  version: fc.constantFrom("any", "any", "current", "old"),
});

const verifies: fc.Arbitrary<Step> = fc.record({
  do: fc.constant("verify"),
  token: which,
  age: fc.constantFrom("newest", "any"),
});

const setsTheClock: fc.Arbitrary<Step> = fc.record({
  do: fc.constant("set the clock"),
  ms: fc.constantFrom(-480_000, -61_000, -20_000, -5_000, 5_000, 61_000, 480_000),
});

const acts: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: signIn },
  { weight: 9, arbitrary: refresh },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("end"),
      session: which,
      by: fc.constantFrom("revoked_by_owner", "revoked_by_user", "signed_out"),
      astray: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("sign out"), token: which, proof }) },
  { weight: 2, arbitrary: revokesAccount },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("revoke user"),
      who: which,
      spare: maybe,
      reason: fc.constantFrom("revoked_by_owner", "revoked_by_user"),
    }),
  },
  { weight: 3, arbitrary: updatesPolicy },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("update user"),
      who: which,
      role: fc.constantFrom("owner", "member", undefined),
      disabled: fc.constantFrom(true, false, undefined),
    }),
  },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 24, arbitrary: acts },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("prepare"), who: which }) },
  { weight: 6, arbitrary: verifies },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("wait"),
      ms: fc.constantFrom(
        500,
        3000,
        9_999,
        60_000,
        290_000,
        600_000,
        1_700_000,
        4 * 3_600_000,
        25 * 3_600_000,
      ),
      caughtUp: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("wait until"),
      session: which,
      what: fc.constantFrom("idle deadline", "absolute deadline", "end of grace"),
      offsetMs: fc.constantFrom(-2, -1, 0, 1),
      caughtUp: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: setsTheClock },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("sweep") }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("look") }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("crash"),
      during: fc.option(acts, { nil: null }),
      reached: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("together"), steps: fc.tuple(acts, acts) }),
  },
);

const someOf = (arbitrary: fc.Arbitrary<Step>) => fc.array(arbitrary, { minLength: 1, maxLength: 2 });
const offsetMs = fc.constantFrom(-2, -1, 0, 1);
const recent = fc.nat({ max: 2 });

/** What chance alone would seldom bring together. */
const scene: fc.Arbitrary<Step[]> = fc.oneof(
  // The token before the last rotation, on the edge of its grace.
  fc
    .record({ token: recent, older: recent, offsetMs, proof, caughtUp: fc.boolean() })
    .map(({ token, older, offsetMs, proof, caughtUp }): Step[] => [
      { do: "refresh", token, age: "current", proof: "right", idleForSeconds: 0 },
      { do: "wait until", session: token, what: "end of grace", offsetMs, caughtUp },
      { do: "refresh", token: older, age: "any", proof, idleForSeconds: 0 },
    ]),
  // A password check that takes its time.
  fc
    .record({
      who: fc.nat({ max: 4 }),
      between: someOf(fc.oneof(revokesAccount, updatesPolicy, acts)),
      signIn,
    })
    .map(({ who, between, signIn }): Step[] => [
      { do: "prepare", who },
      ...between,
      { ...signIn, who, prepared: 0 },
    ]),
  // A clock that is not to be relied on.
  fc
    .record({
      first: setsTheClock,
      between: someOf(acts),
      second: setsTheClock,
      verify: verifies,
      again: verifies,
    })
    .map(({ first, between, second, verify, again }) => [first, verify, ...between, second, verify, again]),
  // A clock that is set back right after a session's last moment, with a token that lives as long as the session.
  fc
    .record({ session: recent, token: recent, offsetMs, caughtUp: fc.boolean(), set: setsTheClock, verifies })
    .map(({ session, token, offsetMs, caughtUp, set, verifies }): Step[] => [
      { do: "wait until", session, what: "idle deadline", offsetMs: -2, caughtUp },
      { do: "refresh", token, age: "current", proof: "right", idleForSeconds: 3600 },
      { do: "wait until", session, what: "idle deadline", offsetMs, caughtUp: false },
      set,
      verifies,
    ]),
  // The last moment of a session.
  fc
    .record({
      session: recent,
      what: fc.constantFrom("idle deadline" as const, "absolute deadline" as const),
      offsetMs,
      caughtUp: fc.boolean(),
      acts: someOf(acts),
    })
    .map(({ session, what, offsetMs, caughtUp, acts }): Step[] => [
      { do: "wait until", session, what, offsetMs, caughtUp },
      ...acts,
    ]),
);

/** Everyone signs in somewhere first, so that the rest has something to be about. */
export const story: fc.Arbitrary<Story> = fc.record({
  onDisk: fc.oneof(
    { weight: 19, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
  graceSeconds: fc.constantFrom(10, 10, 0, 60),
  steps: fc
    .tuple(
      fc.array(signIn, { minLength: 1, maxLength: 4 }),
      fc.array(
        fc.oneof({ weight: 9, arbitrary: step.map((single) => [single]) }, { weight: 2, arbitrary: scene }),
        { minLength: 6, maxLength: 18, size: "max" },
      ),
    )
    .map(([opening, rest]) => [...opening, ...rest.flat()]),
});
