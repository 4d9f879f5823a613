import fc from "fast-check";
import type { Client } from "./reference-types.js";
import type { GovernedStep, OpeningStep, TimesStep } from "./steps.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A value, or null. Weights, since a frequency of 1 makes `fc.option` always null. */
export const orNull = <T>(arbitrary: fc.Arbitrary<T>, weight = { value: 1, null: 1 }) =>
  fc.oneof({ weight: weight.null, arbitrary: fc.constant(null) }, { weight: weight.value, arbitrary });

const host = fc.nat({ max: 7 });
const account = fc.nat({ max: 1 });
const rarely = (weight: number) =>
  fc.oneof({ weight, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });

const agoMs = fc.constantFrom(
  0,
  0,
  500,
  MINUTE - 1,
  MINUTE,
  MINUTE + 1,
  10 * MINUTE,
  50 * MINUTE,
  5 * HOUR,
  23 * HOUR,
  2 * DAY,
  4 * DAY,
);
/** A clock that is ahead of the database's. */
const aheadMs = fc.constantFrom(-1, -30 * SECOND, -MINUTE, -MINUTE - 1, -2 * MINUTE);
const someAgoMs = fc.oneof({ weight: 8, arbitrary: agoMs }, { weight: 1, arbitrary: aheadMs });

export const times: fc.Arbitrary<TimesStep> = fc.record({
  started: fc.record({
    from: fc.constantFrom("now" as const, "now" as const, "sign-out" as const),
    agoMs: someAgoMs,
    offsetMs: fc.constantFrom(-1, 0, 1),
  }),
  authenticatedAgoMs: orNull(someAgoMs),
  lastActiveAgoMs: orNull(someAgoMs),
  endsInMs: orNull(fc.constantFrom(-HOUR, -1, 0, 1, 40 * SECOND, 20 * MINUTE, 3 * HOUR, 30 * DAY), {
    value: 1,
    null: 2,
  }),
});

/** Random steps on host sessions. */
export function governedSteps(client: fc.Arbitrary<Client>) {
  const row = {
    host,
    person: fc.oneof(
      { weight: 9, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.nat({ max: 3 }) },
    ),
    changesRole: rarely(9),
    times,
    client,
  };
  const open: fc.Arbitrary<GovernedStep> = fc.record({
    do: fc.constant("open"),
    account,
    ...row,
    endsOthers: rarely(9),
  });
  const check: fc.Arbitrary<GovernedStep> = fc.record({ do: fc.constant("check"), account, host });
  const touch: fc.Arbitrary<GovernedStep> = fc.record({
    do: fc.constant("touch"),
    account,
    host,
    idleForSeconds: fc.constantFrom(0, 0, 0, 1, 59, 60, 601, 1_000_000_000),
  });
  const end: fc.Arbitrary<GovernedStep> = fc.record({
    do: fc.constant("end governed"),
    account,
    host,
    reason: fc.constantFrom("signed_out", "revoked_by_user", "revoked_by_owner", "password_changed", null),
  });
  const toImport = (rows: Omit<OpeningStep, "endsOthers">[]): GovernedStep => ({ do: "import", rows });
  const rowsOf = (accounts: fc.Arbitrary<number>) =>
    fc.array(fc.record({ account: accounts, ...row }), { minLength: 1, maxLength: 4 });
  /** One transaction, so that it is one act beside another. */
  const importOfOne = account.chain((one) => rowsOf(fc.constant(one)).map(toImport));
  const action = fc.oneof(
    { weight: 6, arbitrary: open },
    { weight: 3, arbitrary: touch },
    { weight: 2, arbitrary: check },
    { weight: 1, arbitrary: end },
    { weight: 1, arbitrary: importOfOne },
  );
  return { open, check, touch, action, importOfSeveral: rowsOf(account).map(toImport) };
}
