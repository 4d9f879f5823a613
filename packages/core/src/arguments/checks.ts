import type { FieldFault } from "../errors.js";
import { MAX_MOMENT_MS } from "../session/deadlines.js";

/**
 * Returns what is wrong with a value, null if nothing is. A fault's field is the path in the value, with dots; empty for the value
 * itself. Nothing is built for a value that is right, since every call of the engine is checked.
 */
export type Check = (value: unknown) => readonly FieldFault[] | null;

const fault = (
  code: FieldFault["code"],
  message: string,
  bounds: { readonly min?: number; readonly max?: number } = {},
): readonly FieldFault[] => [{ field: "", code, message, ...bounds }];

/** `undefined` counts as absent, and null is a value of the wrong type. */
const mistaken = (value: unknown, message: string): readonly FieldFault[] =>
  value === undefined ? fault("required", "Must be given.") : fault("wrong_type", message);

/** Moves faults of a value to the place where the value stands. */
export const at = (name: string | number, faults: readonly FieldFault[]): readonly FieldFault[] =>
  faults.map((one) => ({ ...one, field: one.field === "" ? String(name) : `${name}.${one.field}` }));

/** A value that the engine hands on unread. */
export const anything: Check = () => null;

/** A property that the call does not take. */
export const absent =
  (message: string): Check =>
  (value) =>
    value === undefined ? null : fault("invalid_value", message);

export const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined ? null : check(value);

export const nullable =
  (check: Check): Check =>
  (value) =>
    value === null ? null : check(value);

/** Any string, for a token: one that is not genuine is no fault. */
export const anyText: Check = (value) =>
  typeof value === "string" ? null : mistaken(value, "Must be a string.");

/** A string, of `min` to `max` UTF-16 code units. PostgreSQL stores no NUL. */
export function text({ min = 0, max = Number.POSITIVE_INFINITY } = {}): Check {
  return (value) => {
    if (typeof value !== "string") return mistaken(value, "Must be a string.");
    if (value === "" && min > 0) return fault("required", "Must not be empty.");
    if (value.length > max) return fault("out_of_range", `Must have ${max} characters or fewer.`, { max });
    return value.includes("\0") ? fault("invalid_value", "Must not contain a NUL.") : null;
  };
}

/** A safe integer (ECMA-262 §21.1.2.5) from `min` to `max`. */
export function wholeNumber({ min, max }: { min: number; max?: number }): Check {
  const message = max === undefined ? `Must be ${min} or more.` : `Must be from ${min} to ${max}.`;
  const bounds = max === undefined ? { min } : { min, max };
  return (value) => {
    if (!Number.isSafeInteger(value)) return mistaken(value, "Must be a whole number.");
    const number = value as number;
    const isInRange = number >= min && (max === undefined || number <= max);
    return isInRange ? null : fault("out_of_range", message, bounds);
  };
}

/** A time in milliseconds since the Unix epoch, which a `Date` can hold. */
export const moment: Check = (value) => {
  if (!Number.isSafeInteger(value))
    return mistaken(value, "Must be a whole number of milliseconds since 1970.");
  const time = value as number;
  if (time >= 0 && time <= MAX_MOMENT_MS) return null;
  const bounds = { min: 0, max: MAX_MOMENT_MS };
  return fault("out_of_range", "Must be a moment that a Date can hold, 1970 or later.", bounds);
};

export const trueOrFalse: Check = (value) =>
  typeof value === "boolean" ? null : mistaken(value, "Must be true or false.");

export const callback: Check = (value) =>
  typeof value === "function" ? null : mistaken(value, "Must be a function.");

/** One of a few strings. */
export function oneOf(values: readonly string[]): Check {
  const message = `Must be ${values.join(", ").replace(/, ([^,]*)$/, " or $1")}.`;
  return (value) => {
    if (typeof value !== "string") return mistaken(value, message);
    return values.includes(value) ? null : fault("invalid_value", message);
  };
}

/** A check for each property of `T`. */
export type Fields<T> = { readonly [Name in keyof T]-?: Check };

/** An object with these properties. Others are ignored: callers may pass a superset. */
export function object<T>(fields: Fields<T>): Check {
  const checks = Object.entries<Check>(fields);
  return (value) => {
    if (!isObject(value)) return mistaken(value, "Must be an object.");
    let faults: readonly FieldFault[] | null = null;
    for (const [name, check] of checks) {
      const found = check(value[name]);
      if (found !== null) faults = [...(faults ?? []), ...at(name, found)];
    }
    return faults;
  };
}

/** An array of up to `max` items. */
export function arrayOf(check: Check, { max = Number.POSITIVE_INFINITY } = {}): Check {
  return (value) => {
    if (!Array.isArray(value)) return mistaken(value, "Must be an array.");
    if (value.length > max) return fault("out_of_range", `Must have ${max} items or fewer.`, { max });
    const faults: FieldFault[] = [];
    for (let index = 0; index < value.length; index++) {
      const found = check(value[index]);
      if (found !== null) faults.push(...at(index, found));
    }
    return faults.length === 0 ? null : faults;
  };
}

/** An object that JSON can represent, and PostgreSQL can store. */
export const jsonObject: Check = (value) => {
  if (!isObject(value)) return mistaken(value, "Must be an object.");
  try {
    return JSON.stringify(value).includes("\\u0000")
      ? fault("invalid_value", "Must not contain a NUL.")
      : null;
  } catch {
    return fault("wrong_type", "Must be an object that JSON can represent.");
  }
};

/** Both checks, the second one if the first finds nothing. */
export const both =
  (first: Check, second: Check): Check =>
  (value) =>
    first(value) ?? second(value);

/** A check of a value that has passed another. */
export const holds =
  (isRight: (value: never) => boolean, message: string): Check =>
  (value) =>
    isRight(value as never) ? null : fault("invalid_value", message);

/**
 * Whether a value is an object with properties, of whatever class: no array, function, `Date`, `Promise` or other built-in. One of
 * another realm is.
 */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  return (
    Object.getPrototypeOf(value) === Object.prototype ||
    Object.prototype.toString.call(value) === "[object Object]"
  );
}

/** Whether a value is a `Uint8Array`, also one of another realm: test runners make such. */
export const isBytes = (value: unknown): value is Uint8Array =>
  Object.prototype.toString.call(value) === "[object Uint8Array]";
