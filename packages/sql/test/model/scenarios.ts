import fc from "fast-check";
import { governedSteps, orNull, times } from "./governed-scenarios.js";
import type { Client, Proof } from "./reference-types.js";
import type { Scenario, Step } from "./steps.js";

const index = fc.nat({ max: 30 });
const optionalIndex = orNull(index);
const proof: fc.Arbitrary<Proof> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Proof>("right") },
  { weight: 3, arbitrary: fc.constantFrom<Proof>("none", "wrong", "invalid_proof", "use_dpop_nonce") },
);
const minutes = (valid: [number, ...number[]], invalid: [number, ...number[]]) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom<(number | null | undefined)[]>(...valid) },
    { weight: 2, arbitrary: fc.constantFrom(null, undefined) },
    { weight: 1, arbitrary: fc.constantFrom<(number | null | undefined)[]>(...invalid) },
  );

/** Addresses of four networks; the first two are of one network. */
const ADDRESSES = ["2001:db8:1:2::1", "2001:db8:1:2::2", "192.0.2.1", "198.51.100.1", "203.0.113.1"] as const;

const UNKNOWN: Client = { label: null, ip: null };

const client: fc.Arbitrary<Client> = fc.record({
  label: fc.constantFrom("Firefox", "Firefox", "Firefox", "curl", null),
  ip: fc.constantFrom(...ADDRESSES, null),
});

const signIn: fc.Arbitrary<Extract<Step, { do: "sign in" }>> = fc.record({
  do: fc.constant("sign in"),
  user: index,
  key: fc.nat({ max: 2 }),
  client,
  prepared: orNull(index),
  replaces: orNull(fc.record({ token: index, proof }), { value: 1, null: 3 }),
  endsOthers: fc.oneof(
    { weight: 7, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
  changesRole: fc.oneof(
    { weight: 9, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
  times: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: times }),
});

const governed = governedSteps(client);

const refresh: fc.Arbitrary<Step> = fc.record({
  do: fc.constant("refresh"),
  token: index,
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
  client,
});

const revokeAccount: fc.Arbitrary<Step> = fc.record({
  do: fc.constant("revoke account"),
  account: index,
  spare: optionalIndex,
});

const updatePolicy: fc.Arbitrary<Step> = fc.record({
  do: fc.constant("update policy"),
  account: index,
  idle: minutes([10, 15, 30, 60, 90], [9, 43_201]),
  absolute: minutes([30, 45, 60, 720, 1440], [29, 129_601]),
  apply: fc.constantFrom("next_login", "now"),
  version: fc.constantFrom("any", "any", "current", "old"),
});

const verify: fc.Arbitrary<Step> = fc.record({
  do: fc.constant("verify"),
  token: index,
  age: fc.constantFrom("newest", "any"),
});

const setClock: fc.Arbitrary<Step> = fc.record({
  do: fc.constant("set the clock"),
  ms: fc.constantFrom(-480_000, -61_000, -20_000, -5_000, 5_000, 61_000, 480_000),
});

const action: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: governed.action },
  { weight: 6, arbitrary: signIn },
  { weight: 9, arbitrary: refresh },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("end"),
      session: index,
      reason: fc.constantFrom("revoked_by_owner", "revoked_by_user", "signed_out"),
      fromOtherAccount: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("sign out"), token: index, proof }) },
  { weight: 2, arbitrary: revokeAccount },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("revoke user"),
      user: index,
      spare: optionalIndex,
      reason: fc.constantFrom("revoked_by_owner", "revoked_by_user"),
    }),
  },
  { weight: 3, arbitrary: updatePolicy },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete user"), user: index }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("update user"),
      user: index,
      role: fc.constantFrom("owner", "member", undefined),
      disabled: fc.constantFrom(true, false, undefined),
    }),
  },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 30, arbitrary: action },
  { weight: 1, arbitrary: governed.importOfSeveral },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete account"), account: index }) },
  { weight: 4, arbitrary: governed.check },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("prepare"), user: index }) },
  { weight: 6, arbitrary: verify },
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
      runsTimers: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("wait until"),
      session: index,
      moment: fc.constantFrom("idle deadline", "absolute deadline", "end of grace"),
      offsetMs: fc.constantFrom(-2, -1, 0, 1),
      runsTimers: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: setClock },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("sweep") }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("compare") }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("crash"),
      during: orNull(action, { value: 4, null: 1 }),
      isCommitted: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("concurrent"), steps: fc.tuple(action, action) }),
  },
);

const placeOf = (step: Step) => ("host" in step ? { account: step.account, host: step.host } : {});

const oneOrTwo = (arbitrary: fc.Arbitrary<Step>) => fc.array(arbitrary, { minLength: 1, maxLength: 2 });
const offsetMs = fc.constantFrom(-2, -1, 0, 1);
/** An index of one of the three newest items. */
const recent = fc.nat({ max: 2 });

/** Sequences that rarely occur by chance. */
const sequence: fc.Arbitrary<Step[]> = fc.oneof(
  // The token before the last rotation, at the end of its grace.
  fc
    .record({ token: recent, previous: recent, offsetMs, proof, runsTimers: fc.boolean(), client })
    .map(({ token, previous, offsetMs, proof, runsTimers, client }): Step[] => [
      { do: "refresh", token, age: "current", proof: "right", idleForSeconds: 0, client },
      { do: "wait until", session: token, moment: "end of grace", offsetMs, runsTimers },
      { do: "refresh", token: previous, age: "any", proof, idleForSeconds: 0, client },
    ]),
  // A client that rotates its token several times, and others that present the one before.
  fc
    .record({
      signIn,
      rotations: fc.array(
        fc.record({
          client: fc.oneof(fc.constant<Client>({ label: "Firefox", ip: ADDRESSES[0] }), client),
          waitMs: fc.constantFrom(10_000, 60_000, 60_000, 24 * 3_600_000),
          shadows: fc.array(client, { maxLength: 2 }),
        }),
        { minLength: 2, maxLength: 6 },
      ),
    })
    .map(({ signIn, rotations }): Step[] => [
      { ...signIn, key: 0, prepared: null },
      ...rotations.flatMap(({ client, waitMs, shadows }): Step[] => [
        { do: "wait", ms: waitMs, runsTimers: false },
        { do: "refresh", token: 0, age: "current", proof: "none", idleForSeconds: 0, client },
        ...shadows.map(
          (shadow): Step => ({
            do: "refresh",
            token: 0,
            age: "previous",
            proof: "none",
            idleForSeconds: 0,
            client: shadow,
          }),
        ),
      ]),
    ]),
  // A sign-in with other actions during its password check.
  fc
    .record({
      user: fc.nat({ max: 4 }),
      between: oneOrTwo(fc.oneof(revokeAccount, updatePolicy, action)),
      signIn,
    })
    .map(({ user, between, signIn }): Step[] => [
      { do: "prepare", user },
      ...between,
      { ...signIn, user, prepared: 0 },
    ]),
  // A clock that is set twice.
  fc
    .record({
      first: setClock,
      between: oneOrTwo(action),
      second: setClock,
      verify,
      otherVerify: verify,
    })
    .map(({ first, between, second, verify, otherVerify }) => [
      first,
      verify,
      ...between,
      second,
      verify,
      otherVerify,
    ]),
  // A clock that is set back right after a session has expired, with an access token that expires at the same
  // time.
  fc
    .record({
      session: recent,
      token: recent,
      offsetMs,
      runsTimers: fc.boolean(),
      clockStep: setClock,
      verify,
    })
    .map(({ session, token, offsetMs, runsTimers, clockStep, verify }): Step[] => [
      { do: "wait until", session, moment: "idle deadline", offsetMs: -2, runsTimers },
      { do: "refresh", token, age: "current", proof: "right", idleForSeconds: 3600, client: UNKNOWN },
      { do: "wait until", session, moment: "idle deadline", offsetMs, runsTimers: false },
      clockStep,
      verify,
    ]),
  // A host session that is first seen after everybody was signed out, and asked for again.
  fc
    .record({
      signOut: fc.oneof(revokeAccount, action),
      open: governed.open,
      between: fc.array(fc.oneof(governed.touch, governed.check, action), { maxLength: 2 }),
      isCrashed: fc.boolean(),
    })
    .map(({ signOut, open, between, isCrashed }): Step[] => [
      signOut,
      open,
      ...between,
      ...(isCrashed ? [{ do: "crash" as const, during: null, isCommitted: false }] : []),
      open,
    ]),
  // A host session that is used often.
  fc
    .record({
      open: governed.open,
      waits: fc.array(
        fc.record({
          ms: fc.constantFrom(500, 30_000, 59_998, 59_999, 60_000, 540_000),
          touch: governed.touch,
        }),
        { minLength: 2, maxLength: 5 },
      ),
    })
    .map(({ open, waits }): Step[] => [
      open,
      ...waits.flatMap(({ ms, touch }): Step[] => [
        { do: "wait", ms, runsTimers: false },
        { ...touch, ...placeOf(open) },
      ]),
    ]),
  // Actions at the time a session expires.
  fc
    .record({
      session: recent,
      moment: fc.constantFrom("idle deadline" as const, "absolute deadline" as const),
      offsetMs,
      runsTimers: fc.boolean(),
      actions: oneOrTwo(action),
    })
    .map(({ session, moment, offsetMs, runsTimers, actions }): Step[] => [
      { do: "wait until", session, moment, offsetMs, runsTimers },
      ...actions,
    ]),
);

/** Random scenarios. Each begins with sign-ins, so that later steps have sessions to act on. */
export const scenario: fc.Arbitrary<Scenario> = fc.record({
  onDisk: fc.oneof(
    { weight: 39, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
  replicas: fc.constantFrom(1, 1, 2),
  graceSeconds: fc.constantFrom(10, 10, 0, 60),
  settledAtOnce: fc.constantFrom(0, 1, 1000),
  shadowLimit: fc.constantFrom(3, 3, 2, 1, 0),
  governedSinceMs: fc.constantFrom(null, null, -30 * 3_600_000, -600_000, 0, 1, 3_600_000),
  hostDecidesOwners: fc.boolean(),
  steps: fc
    .tuple(
      fc.array(fc.oneof(signIn, governed.open), { minLength: 1, maxLength: 5 }),
      fc.array(
        fc.oneof(
          { weight: 9, arbitrary: step.map((single) => [single]) },
          { weight: 2, arbitrary: sequence },
        ),
        { minLength: 6, maxLength: 18, size: "max" },
      ),
    )
    .map(([opening, rest]) => [...opening, ...rest.flat()]),
});
